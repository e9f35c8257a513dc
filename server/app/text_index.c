#include "app/text_index.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

static struct text_slot *slot_of(const struct text_index *index, struct str text, uint64_t hash)
{
    for (size_t i = hash;; i++) {
        struct text_slot *slot = &index->slots[i & (index->slot_count - 1)];
        if (slot->place == 0) return slot;
        if (slot->hash == hash && str_eq(index->texts[slot->place - 1], text)) return slot;
    }
}

static enum status grow(struct text_index *index, struct error *error)
{
    const size_t slot_count = index->slot_count ? 2 * index->slot_count : FIRST_SLOTS;
    struct text_slot *old = index->slots;
    struct text_slot *slots = calloc(slot_count, sizeof *slots);
    struct str *texts = reallocarray(index->texts, slot_count / 2, sizeof *texts);
    if (texts) index->texts = texts;
    if (!slots || !texts) {
        free(slots);
        return error_no_memory(error);
    }
    const size_t old_count = index->slot_count;
    index->slots = slots;
    index->slot_count = slot_count;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].place) *slot_of(index, index->texts[old[i].place - 1], old[i].hash) = old[i];
    free(old);
    return STATUS_OK;
}

enum status text_index_put(struct text_index *index, struct str text, size_t *out_number, struct error *error)
{
    const uint64_t hash = str_hash(text);
    if (2 * (index->count + 1) > index->slot_count) TRY(grow(index, error));
    struct text_slot *slot = slot_of(index, text, hash);
    if (slot->place == 0) {
        const struct str copy = str_copy(index->arena, text);
        if (!copy.ptr) return error_no_memory(error);
        index->texts[index->count] = copy;
        *slot = (struct text_slot){hash, ++index->count};
    }
    *out_number = slot->place - 1;
    return STATUS_OK;
}

void text_index_done(struct text_index *index)
{
    free(index->slots);
    free(index->texts);
    *index = (struct text_index){.arena = index->arena};
}
