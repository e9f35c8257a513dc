// Whatever is read as a file of categories is a set whose parts agree with each other, and is the same set
// when it is written and read again; whatever is not is refused with a message.
#include "market/category_file.h"
#include "market/category_write.h"

#include "base/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void require_sound(const struct category_set *set)
{
    size_t members = 0, memberships = 0;
    for (size_t i = 0; i < set->category_count; i++) {
        const struct category *category = &set->categories[i];
        require(category_name_is_valid(category->name));
        require(category_set_find(set, category->name) == category);
        members += category->symbol_count;
        for (size_t k = 0; k < category->symbol_count; k++)
            require(category_set_entry(set, category->symbols[k]) != NULL);
    }
    for (size_t i = 0; i < set->entry_count; i++) {
        const struct category_entry *entry = &set->entries[i];
        memberships += entry->category_count;
        for (size_t k = 0; k < entry->category_count; k++)
            require(category_has(category_set_find(set, entry->categories[k]), entry->symbol));
    }
    require(members == memberships);
}

static void require_reads_back(const struct category_set *set)
{
    BUF_SCOPE(first, 4 * LIMIT_CATEGORY_FILE_BYTES);
    BUF_SCOPE(second, 4 * LIMIT_CATEGORY_FILE_BYTES);
    CATEGORY_SET_SCOPE again = NULL;
    category_set_print(set, &first);
    require(category_text_read(buf_str(&first), 1, &again, NULL) == STATUS_OK);
    category_set_print(again, &second);
    require(str_eq(buf_str(&first), buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct error error = {0};
    const enum status status = category_text_read((struct str){(const char *)data, size}, 1, &set, &error);
    if (status != STATUS_OK) {
        require(status == STATUS_MALFORMED || status == STATUS_TOO_LARGE);
        require(error.message[0] && !set);
        return 0;
    }
    require_sound(set);
    require_reads_back(set);
    return 0;
}
