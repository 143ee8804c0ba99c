/* The seam between the C runtime and our C++: plain rows, filled straight from the runtime's subtrees.
 *
 * ll_flatten walks a finished tree once, without recursion, and writes one row per node that has a meaning for us,
 * in preorder. What a grammar symbol means is a table (LlSymbol) that syntax.cc builds from symbol names, so this
 * file and flatten.c know no JavaScript beyond a few tokens. */
#ifndef LOOPLINT_ANALYZER_SYNTAX_FLATTEN_H_
#define LOOPLINT_ANALYZER_SYNTAX_FLATTEN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree_sitter/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Layout of looplint::Node; syntax.cc asserts that they agree. */
typedef struct {
  uint32_t start : 25;
  uint8_t kind : 7;
  uint32_t end : 25;
  uint8_t role : 5;
  uint32_t parent : 24;
  uint8_t op : 6;
  uint32_t next : 24; /* one past the last row of the subtree */
  uint8_t flags;
} LlNode;

typedef enum {
  LL_IGNORE = 0, /* punctuation */
  LL_EMIT,       /* a row, children below it */
  LL_LEAF,       /* a row, children not looked at */
  LL_PASS,       /* no row: its children belong to its parent */
  LL_SKIP,       /* neither it nor its children exist at run time */
  LL_TOKEN,      /* changes `op` or `flags` of the row it stands in */
  LL_COMMENT,
  LL_NAME_ONLY, /* a leaf when it stands in a `name` field, else skipped (type names) */
} LlAct;

typedef struct {
  uint8_t act;
  uint8_t kind;
  uint8_t role;  /* LL_PASS: role given to the children, 0 to keep */
  uint8_t op;    /* LL_EMIT: initial; LL_TOKEN: value to set, 0 for none */
  uint8_t flags; /* LL_EMIT, LL_LEAF: initial; LL_TOKEN: bits to add; LL_PASS: bits for each child */
  uint8_t typed; /* exists in TypeScript only */
  uint8_t first_only; /* LL_EMIT: what follows the first row below it is type */
} LlSymbol;

/* The kinds and roles flatten.c itself knows; syntax.h gives them the same numbers. */
enum {
  LL_KIND_ERROR = 1,
  LL_KIND_FOR_IN = 2,
  LL_KIND_FOR_OF = 3,
  LL_KIND_PARAMETER = 4,
  LL_KIND_TEMPLATE = 5,
  LL_KIND_TEMPLATE_ELEMENT = 6,
  LL_KIND_CALL = 7,
  LL_KIND_TAGGED_TEMPLATE = 8,
  LL_KIND_DECORATOR = 9,
  LL_KIND_PROGRAM = 10,
  LL_ROLE_NONE = 0,
  LL_ROLE_NAME = 1,
  LL_ROLE_PARAM = 2,
  LL_ROLE_ARGUMENT = 3,
  LL_ROLE_QUASI = 4,
  LL_ROLE_DECORATOR = 5,
  LL_OP_OF = 1,
  LL_OP_IN = 2,
};

typedef struct {
  const TSLanguage *language;
  const LlSymbol *symbols; /* by symbol id; the last two rows are ERROR and the error repeat */
  uint32_t symbol_count;
  const uint8_t *roles; /* by field id */
} LlGrammar;

typedef struct {
  uint32_t start, end;
  bool missing; /* a token the parser put in, else text it could not place */
} LlError;

/* The rows of one statement of the top level, and the subtree they come from. */
typedef struct {
  const void *subtree;
  uint32_t start;
  uint32_t row, row_end, comment, comment_end, error, error_end;
  bool typed;
} LlTop;

typedef struct {
  LlNode *nodes;
  uint32_t node_count, node_capacity;
  LlError *errors;
  uint32_t error_count, error_capacity;
  struct {
    uint32_t start, end;
  } *comments;
  uint32_t comment_count, comment_capacity;
  void *stack; /* scratch, kept from file to file */
  uint32_t stack_capacity;
  bool typed; /* something only TypeScript has was seen */
  bool keep_tops; /* set by the caller: fill in `tops` */
  LlTop *tops;
  uint32_t top_count, top_capacity;
} LlOut;

/* Rows of `tree` into `out`, whose arrays are reused and grown as needed. With `before`, made with keep_tops from the
 * tree this one was parsed from, which still lives: statements that are the same subtree in both are copied. */
void ll_flatten(const TSTree *tree, const LlGrammar *grammar, LlOut *out, const LlOut *before);
void ll_free(LlOut *out);

/* A copy of `language` whose parse table needs no search: about 4 MB, a tenth faster. `language` itself when there is no memory. */
const TSLanguage *ll_densify(const TSLanguage *language);
void ll_free_dense(const TSLanguage *dense);

/* Must follow ts_parser_set_language and precede each parse: installs the ASCII lane of the lexer. */
void ll_fast_lexer(TSParser *parser);

/* The allocator of this thread's parser. Between ll_arena_begin and ll_arena_end, all that the runtime allocates on
 * this thread comes from one reusable region up to its cap, and from malloc beyond it. Returns true when the cap
 * was passed: then tree and parser must be deleted in the ordinary way before ll_arena_end. */
void ll_arena_begin(void);
bool ll_arena_spilled(void);
void ll_arena_end(void);
/* Until ll_arena_end, what the runtime allocates outlives it: it comes from malloc. */
void ll_arena_bypass(void);
void ll_arena_release(void); /* at the end of a thread */

#ifdef __cplusplus
}
#endif
#endif
