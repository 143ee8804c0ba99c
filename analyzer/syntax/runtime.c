/* The tree-sitter runtime, compiled instead of its own lib.c. No upstream file is changed: two small headers are
 * replaced through their include guards, then the upstream sources are included as lib.c does.
 *
 *  - atomic.h: reference counts without a lock prefix; a parser and its trees never leave their thread (-3 %).
 *  - alloc.h: a thread-local bump arena, free is a no-op, reset per file (-9..-13 %), capped: past LL_ARENA_CAP the
 *    heap takes over with real frees, because error recovery can want 800 bytes for each source byte.
 *  - the lexer's advance gets a lane for ASCII, installed through its public function pointer (-5..-9 %). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tree_sitter/api.h"

#define TREE_SITTER_ATOMIC_H_
static inline size_t atomic_load(const volatile size_t *p) { return *p; }
static inline uint32_t atomic_inc(volatile uint32_t *p) { return ++*(uint32_t *)p; }
static inline uint32_t atomic_dec(volatile uint32_t *p) { return --*(uint32_t *)p; }

#define TREE_SITTER_ALLOC_H_
#define TS_PUBLIC
#define LL_ARENA_CAP ((size_t)512 << 20) /* address space; pages are taken when touched */
#define LL_ARENA_KEEP ((size_t)24 << 20) /* pages kept from file to file */

static _Thread_local struct {
  char *base, *cur, *end;
  bool spilled, bypassed;
} ll_arena;

static inline bool ll_in_arena(const void *p) {
  return (const char *)p >= ll_arena.base && (const char *)p < ll_arena.end;
}

static void *ll_spill(size_t n) {
  ll_arena.spilled = true;
  void *p = malloc(n);
  if (p == NULL) abort();
  return p;
}

/* A block is its size (8 bytes, for realloc; 16 with padding) and its bytes. */
static inline void *ts_malloc(size_t n) {
  size_t need = ((n + 15) & ~(size_t)15) + 16;
  char *p = ll_arena.cur;
  if (__builtin_expect((size_t)(ll_arena.end - p) < need, 0)) return ll_spill(n);
  ll_arena.cur = p + need;
  *(size_t *)p = n;
  return p + 16;
}
static inline void *ts_calloc(size_t a, size_t b) {
  void *p = ts_malloc(a * b);
  memset(p, 0, a * b);
  return p;
}
static inline void *ts_realloc(void *p, size_t n) {
  if (p == NULL) return ts_malloc(n);
  if (__builtin_expect(!ll_in_arena(p), 0)) {
    void *q = realloc(p, n);
    if (q == NULL) abort();
    return q;
  }
  size_t *size = (size_t *)((char *)p - 16);
  size_t old = *size;
  if (n <= old) return p;
  size_t old_room = (old + 15) & ~(size_t)15, room = (n + 15) & ~(size_t)15;
  if ((char *)p + old_room == ll_arena.cur && (size_t)(ll_arena.end - (char *)p) >= room) {
    ll_arena.cur = (char *)p + room; /* the last block grows in place */
    *size = n;
    return p;
  }
  void *q = ts_malloc(n);
  memcpy(q, p, old);
  return q;
}
static inline void ts_free(void *p) {
  if (__builtin_expect(p != NULL && !ll_in_arena(p), 0)) free(p);
}
void ts_set_allocator(void *(*a)(size_t), void *(*b)(size_t, size_t), void *(*c)(void *, size_t), void (*d)(void *)) {
  (void)a, (void)b, (void)c, (void)d;
}

#include "./get_changed_ranges.c"
#include "./language.c"
#include "./lexer.c"
#include "./node.c"
#include "./parser.c"
#include "./stack.c"
#include "./subtree.c"
#include "./tree.c"
#include "./tree_cursor.c"
#include "./wasm_store.c"

#include "analyzer/syntax/flatten.h"

/* Under AddressSanitizer there is no arena: every block comes from malloc and is freed, so that overflows, uses after
 * free and leaks are seen. */
#if defined(__SANITIZE_ADDRESS__)
#define LL_ARENA 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LL_ARENA 0
#endif
#endif
#ifndef LL_ARENA
#define LL_ARENA 1
#endif

void ll_arena_begin(void) {
  if (LL_ARENA && ll_arena.base == NULL) {
    void *p = mmap(NULL, LL_ARENA_CAP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) p = NULL; /* no arena: every block spills */
    ll_arena.base = p;
    ll_arena.end = p == NULL ? NULL : (char *)p + LL_ARENA_CAP;
  }
  ll_arena.cur = ll_arena.base;
  ll_arena.spilled = false;
}
bool ll_arena_spilled(void) { return ll_arena.spilled; }
void ll_arena_end(void) {
  if (ll_arena.bypassed) {
    ll_arena.bypassed = false;
    ll_arena.cur = ll_arena.base;
    return;
  }
  size_t used = (size_t)(ll_arena.cur - ll_arena.base);
  if (used > LL_ARENA_KEEP) madvise(ll_arena.base + LL_ARENA_KEEP, used - LL_ARENA_KEEP, MADV_DONTNEED);
  ll_arena.cur = ll_arena.base;
}

void ll_arena_bypass(void) {
  ll_arena.cur = ll_arena.end;
  ll_arena.bypassed = true;
}

void ll_arena_release(void) {
  if (ll_arena.base != NULL) munmap(ll_arena.base, LL_ARENA_CAP);
  ll_arena.base = ll_arena.cur = ll_arena.end = NULL;
}

static void ll_advance(TSLexer *lexer, bool skip) {
  Lexer *self = (Lexer *)lexer;
  uint32_t next = self->current_position.bytes + 1;
  uint32_t at = next - self->chunk_start;
  if (__builtin_expect(self->chunk && self->lookahead_size == 1 && self->data.lookahead != '\n' &&
                           at < self->chunk_size &&
                           next < self->included_ranges[self->current_included_range_index].end_byte, 1)) {
    uint8_t c = (uint8_t)self->chunk[at];
    if (__builtin_expect(c - 1u < 0x7f && self->input.encoding == TSInputEncodingUTF8, 1)) {
      self->column_data.value++;
      self->current_position.bytes++;
      self->current_position.extent.column++;
      if (skip) self->token_start_position = self->current_position;
      self->data.lookahead = c;
      return;
    }
  }
  ts_lexer__advance(lexer, skip);
}
void ll_fast_lexer(TSParser *parser) { parser->lexer.data.advance = ll_advance; }

const TSLanguage *ll_densify(const TSLanguage *language) {
  TSLanguage *dense = malloc(sizeof *dense);
  if (dense == NULL) return language;
  memset(dense, 0, sizeof *dense);
  /* Languages of ABI 14 end before `name`. */
  memcpy(dense, language, language->abi_version < 15 ? offsetof(TSLanguage, name) : sizeof *dense);
  size_t states = language->state_count, symbols = language->symbol_count;
  uint16_t *table = calloc(states * symbols, sizeof *table);
  if (table == NULL) {
    free(dense);
    return language;
  }
  memcpy(table, language->parse_table, language->large_state_count * symbols * sizeof *table);
  for (size_t s = language->large_state_count; s < states; s++) {
    const uint16_t *p = &language->small_parse_table[language->small_parse_table_map[s - language->large_state_count]];
    for (uint16_t groups = *p++; groups > 0; groups--) {
      uint16_t value = *p++;
      for (uint16_t count = *p++; count > 0; count--) {
        uint16_t symbol = *p++;
        if (table[s * symbols + symbol] == 0) table[s * symbols + symbol] = value;
      }
    }
  }
  dense->parse_table = table;
  dense->large_state_count = language->state_count;
  return dense;
}

void ll_free_dense(const TSLanguage *dense) {
  free((void *)dense->parse_table);
  free((void *)dense);
}

#include "analyzer/syntax/flatten.c"
