#include "market/category_write.h"

#include "base/limits.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char preface[] =
    "# Categories of symbols: which belong together in indices, the heat map and backtests of categories.\n"
    "# Written by `tlab categories generate`, which keeps what is changed here. A symbol belongs to a category when\n"
    "# either section says so: to take it out, take it out of both. docs/guide/symbol-categories.md\n";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(struct str text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq_ignore_case(text, str_from_c(words[i]))) return true;
    return false;
}

// Whether every reader of YAML takes it for this text without quotes.
static bool is_plain(struct str text)
{
    if (text.len == 0 || !is_letter(text.ptr[0]) || text.ptr[text.len - 1] == ' ' || is_word(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != ' ' && c != '_' && c != '-') return false;
    }
    return true;
}

// Names and symbols hold no control characters.
static void put_text(struct buf *buf, struct str text)
{
    if (is_plain(text)) {
        buf_append_str(buf, text);
        return;
    }
    buf_append_char(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') buf_append_char(buf, '\\');
        buf_append_char(buf, text.ptr[i]);
    }
    buf_append_char(buf, '"');
}

static void put_entry(struct buf *buf, const struct category_entry *entry)
{
    buf_append_str(buf, STR("  "));
    put_text(buf, entry->symbol);
    buf_append_str(buf, STR(": {base_asset: "));
    put_text(buf, entry->base_asset);
    buf_append_str(buf, STR(", quote_asset: "));
    put_text(buf, entry->quote_asset);
    buf_append_str(buf, STR(", categories: ["));
    for (size_t i = 0; i < entry->category_count; i++) {
        if (i > 0) buf_append_str(buf, STR(", "));
        put_text(buf, entry->categories[i]);
    }
    buf_append_str(buf, STR("]}\n"));
}

static void put_category(struct buf *buf, const struct category *category)
{
    buf_append_str(buf, STR("  "));
    put_text(buf, category->name);
    buf_append_str(buf, category->symbol_count ? STR(":\n") : STR(": []\n"));
    for (size_t i = 0; i < category->symbol_count; i++) {
        buf_append_str(buf, STR("    - "));
        put_text(buf, category->symbols[i]);
        buf_append_char(buf, '\n');
    }
}

static void put_review(struct buf *buf, const struct category_set *set)
{
    size_t count = 0;
    buf_append_str(buf, STR("needs_review:"));
    for (size_t i = 0; i < set->entry_count; i++) {
        if (!set->entries[i].needs_review) continue;
        buf_append_str(buf, count++ ? STR("  - ") : STR("\n  - "));
        put_text(buf, set->entries[i].symbol);
        buf_append_char(buf, '\n');
    }
    if (count == 0) buf_append_str(buf, STR(" []\n"));
}

void category_set_print(const struct category_set *set, struct buf *out_text)
{
    buf_append_str(out_text, set->entry_count ? STR("symbols:\n") : STR("symbols: {}\n"));
    for (size_t i = 0; i < set->entry_count; i++)
        put_entry(out_text, &set->entries[i]);
    buf_append_str(out_text, set->category_count ? STR("categories:\n") : STR("categories: {}\n"));
    for (size_t i = 0; i < set->category_count; i++)
        put_category(out_text, &set->categories[i]);
    put_review(out_text, set);
}

static enum status cannot(const char *path, int reason, struct error *error)
{
    return error_set(error, reason == ENOSPC || reason == EDQUOT ? STATUS_STORAGE_FULL : STATUS_UNAVAILABLE,
                     NULL, "%.300s cannot be written: %s", path, strerrordesc_np(reason));
}

static void make_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path) return;
    (void)str_to_c((struct str){path, (size_t)(slash - path)}, folder, sizeof folder);
    (void)mkdir(folder, 0777); // what cannot be made shows when the file is
}

static int write_all(int fd, struct str text)
{
    for (size_t done = 0; done < text.len;) {
        const ssize_t wrote = write(fd, text.ptr + done, text.len - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return errno;
        done += (size_t)wrote;
    }
    return fchmod(fd, 0644) == 0 && fsync(fd) == 0 ? 0 : errno;
}

static enum status replace(const char *path, struct str text, struct error *error)
{
    char beside[PATH_MAX];
    const int len = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof beside) return cannot(path, ENAMETOOLONG, error);
    make_folder(path);
    const int fd = mkstemp(beside);
    if (fd < 0) return cannot(path, errno, error);
    int reason = write_all(fd, text);
    if (close(fd) != 0 && reason == 0) reason = errno;
    if (reason == 0 && rename(beside, path) != 0) reason = errno;
    if (reason == 0) return STATUS_OK;
    (void)unlink(beside);
    return cannot(path, reason, error);
}

enum status category_file_write(const char *path, const struct category_set *set, struct error *error)
{
    BUF_SCOPE(text, LIMIT_CATEGORY_FILE_BYTES);
    buf_append_str(&text, str_from_c(preface));
    category_set_print(set, &text);
    if (text.failed)
        return error_set(error, STATUS_TOO_LARGE, NULL, "the categories take more than %zu bytes",
                         (size_t)LIMIT_CATEGORY_FILE_BYTES);
    return replace(path, buf_str(&text), error);
}
