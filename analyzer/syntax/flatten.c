/* See flatten.h. Included by runtime.c, since it reads the runtime's own subtrees: going through TSTreeCursor costs
 * six times as much. The rules for visibility, aliases and inherited fields follow tree_cursor.c and node.c. */

typedef struct {
  const Subtree *children;
  uint32_t count, i;
  uint32_t pos;    /* byte where the current child's padding begins; for the first child, its content */
  uint32_t parent; /* row that takes the children */
  uint32_t structural;
  const TSSymbol *aliases;
  const TSFieldMapEntry *fields, *fields_end;
  uint8_t role;     /* for children without a field of their own */
  uint8_t override; /* for all children, when not 0 */
  uint8_t flags;    /* for all rows made of children */
  bool closes;      /* the parent row ends with this frame */
  bool first_only;  /* mute after the first row */
  bool mute;        /* below something skipped: only errors count */
} LlFrame;

static void *ll_grow(void *p, uint32_t *capacity, size_t row) {
  *capacity = *capacity == 0 ? 1024 : *capacity * 2;
  p = realloc(p, *capacity * row);
  if (p == NULL) abort();
  return p;
}

static inline uint32_t ll_padding(Subtree s) { return s.data.is_inline ? s.data.padding_bytes : s.ptr->padding.bytes; }
static inline uint32_t ll_size(Subtree s) { return s.data.is_inline ? s.data.size_bytes : s.ptr->size.bytes; }

static inline uint32_t ll_add(LlOut *out, LlNode row) {
  if (__builtin_expect(out->node_count == out->node_capacity, 0))
    out->nodes = ll_grow(out->nodes, &out->node_capacity, sizeof *out->nodes);
  out->nodes[out->node_count] = row;
  return out->node_count++;
}

static void ll_error(LlOut *out, uint32_t start, uint32_t end, bool missing) {
  if (out->error_count == out->error_capacity)
    out->errors = ll_grow(out->errors, &out->error_capacity, sizeof *out->errors);
  out->errors[out->error_count++] = (LlError){start, end, missing};
}

static void ll_comment(LlOut *out, uint32_t start, uint32_t end) {
  if (out->comment_count == out->comment_capacity)
    out->comments = ll_grow(out->comments, &out->comment_capacity, sizeof *out->comments);
  out->comments[out->comment_count].start = start;
  out->comments[out->comment_count++].end = end;
}

static inline void ll_token(LlNode *parent, const LlSymbol *token) {
  if (parent->kind == LL_KIND_FOR_IN || parent->kind == LL_KIND_FOR_OF) {
    if (token->op == LL_OP_OF) {
      parent->kind = LL_KIND_FOR_OF;
      return;
    }
    if (token->op == LL_OP_IN) return;
  }
  if (token->op != 0) parent->op = token->op;
  parent->flags |= token->flags;
}

/* The role of a child: that of its field, else the one its frame hands down. `structural` counts children that are
 * no extras; UINT32_MAX for an extra. */
static inline uint8_t ll_role(const LlFrame *f, const LlGrammar *g, uint32_t structural) {
  for (const TSFieldMapEntry *m = f->fields; m < f->fields_end; m++) {
    if (m->child_index == structural && !m->inherited) return g->roles[m->field_id];
  }
  return f->role;
}

static LlFrame ll_frame(const LlGrammar *g, Subtree s, uint32_t pos, uint32_t parent) {
  const SubtreeHeapData *p = s.ptr;
  LlFrame f = {0};
  f.children = ts_subtree_children(s);
  f.count = p->child_count;
  f.pos = pos;
  f.parent = parent;
  f.aliases = ts_language_alias_sequence(g->language, p->production_id);
  if (p->production_id) ts_language_field_map(g->language, p->production_id, &f.fields, &f.fields_end);
  return f;
}

/* Statements keep their order: one that was shifted is found a little further on. */
#define LL_TOP_WINDOW 256

/* Copies what `before` has of a subtree that begins at `start` now; false when it has nothing. `from` is where the last
 * search ended. */
static bool ll_reuse(LlOut *out, const LlOut *before, uint32_t *from, Subtree c, uint32_t start) {
  if (ts_subtree_has_changes(c)) return false;
  uint32_t i = *from;
  const uint32_t limit = before->top_count - i < LL_TOP_WINDOW ? before->top_count : i + LL_TOP_WINDOW;
  while (i < limit && before->tops[i].subtree != (const void *)c.ptr) i++;
  if (i == limit) return false;
  *from = i + 1;
  LlTop top = before->tops[i];
  const uint32_t moved = start - top.start, rows = out->node_count - top.row;
  const uint32_t first = out->node_count, comment = out->comment_count, error = out->error_count;
  for (uint32_t r = top.row; r < top.row_end; r++) {
    LlNode n = before->nodes[r];
    n.start += moved;
    n.end += moved;
    n.next += rows;
    n.parent = r == top.row ? 0 : n.parent + rows;
    ll_add(out, n);
  }
  for (uint32_t k = top.comment; k < top.comment_end; k++)
    ll_comment(out, before->comments[k].start + moved, before->comments[k].end + moved);
  for (uint32_t k = top.error; k < top.error_end; k++)
    ll_error(out, before->errors[k].start + moved, before->errors[k].end + moved, before->errors[k].missing);
  out->typed |= top.typed;
  if (out->top_count == out->top_capacity) out->tops = ll_grow(out->tops, &out->top_capacity, sizeof *out->tops);
  out->tops[out->top_count++] = (LlTop){c.ptr, start, first, out->node_count, comment, out->comment_count, error, out->error_count, top.typed};
  return true;
}

void ll_free(LlOut *out) {
  free(out->nodes);
  free(out->errors);
  free(out->comments);
  free(out->stack);
  free(out->tops);
  memset(out, 0, sizeof *out);
}

void ll_flatten(const TSTree *tree, const LlGrammar *g, LlOut *out, const LlOut *before) {
  const TSSymbol *public_symbols = g->language->public_symbol_map;
  out->node_count = out->error_count = out->comment_count = 0;
  out->typed = false;
  out->top_count = 0;
  uint32_t before_at = 0;
  bool top_open = false, typed_before = false;
  Subtree root = tree->root;
  uint32_t root_pos = ll_padding(root);
  ll_add(out, (LlNode){.end = root_pos + ll_size(root), .kind = LL_KIND_PROGRAM});
  if (ts_subtree_symbol(root) == ts_builtin_sym_error) ll_error(out, root_pos, root_pos + ll_size(root), false);
  uint32_t depth = 0;
  if (root.data.is_inline || root.ptr->child_count == 0) {
    out->nodes[0].next = 1;
    return;
  }
  LlFrame *stack = out->stack;
  /* Where the text seen so far ends, comments and inserted semicolons aside: the runtime counts those that follow a
   * node's last token as part of the node. */
  uint32_t content_end = root_pos;
#define LL_PUSH(frame)                                                            \
  do {                                                                            \
    if (__builtin_expect(depth == out->stack_capacity, 0))                        \
      out->stack = stack = ll_grow(stack, &out->stack_capacity, sizeof *stack);   \
    stack[depth++] = (frame);                                                     \
  } while (0)
  {
    LlFrame f = ll_frame(g, root, root_pos, 0);
    f.closes = true;
    LL_PUSH(f);
  }
  while (depth > 0) {
    LlFrame *f = &stack[depth - 1];
    if (f->i == f->count) {
      if (f->closes) {
        LlNode *row = &out->nodes[f->parent];
        row->next = out->node_count;
        if (f->parent != 0 && content_end > row->start) row->end = content_end;
        if (__builtin_expect(top_open, 0) && out->tops[out->top_count - 1].row == f->parent) {
          LlTop *top = &out->tops[out->top_count - 1];
          top->row_end = out->node_count;
          top->comment_end = out->comment_count;
          top->error_end = out->error_count;
          top->typed = out->typed;
          out->typed |= typed_before;
          top_open = false;
        }
      }
      depth--;
      continue;
    }
    Subtree c = f->children[f->i];
    if (f->i > 0) f->pos += ll_padding(c);
    f->i++;
    const uint32_t start = f->pos, end = start + ll_size(c);
    f->pos = end;
    const bool leaf = c.data.is_inline || c.ptr->child_count == 0;
    const bool extra = ts_subtree_extra(c);
    if (end > start && !extra && (!f->mute || f->first_only)) content_end = end;
    TSSymbol symbol = 0;
    uint32_t structural = UINT32_MAX;
    if (!extra) {
      structural = f->structural++;
      if (f->aliases) symbol = f->aliases[structural];
    }
    if (f->first_only && out->node_count > f->parent + 1) f->mute = true;
    if (__builtin_expect(f->mute, 0)) {
      if (ts_subtree_is_error(c)) {
        ll_error(out, start, end, false);
      } else if (start == end && ts_subtree_missing(c)) {
        ll_error(out, start, end, true);
      } else if (!leaf && ts_subtree_error_cost(c) > 0) {
        LlFrame h = ll_frame(g, c, start, f->parent);
        h.mute = true;
        LL_PUSH(h);
      }
      continue;
    }
    if (symbol == 0) {
      if (!ts_subtree_visible(c)) {
        if (!leaf && c.ptr->visible_child_count > 0) {
          LlFrame h = ll_frame(g, c, start, f->parent);
          h.role = ll_role(f, g, structural);
          h.override = f->override;
          h.flags = f->flags;
          LL_PUSH(h);
        }
        continue;
      }
      symbol = ts_subtree_symbol(c);
      if (symbol == ts_builtin_sym_error) {
        symbol = (TSSymbol)(g->symbol_count - 1);
      } else if (symbol == ts_builtin_sym_error_repeat) {
        symbol = (TSSymbol)(g->symbol_count - 1);
      } else {
        symbol = public_symbols[symbol];
      }
    }
    const LlSymbol *s = &g->symbols[symbol];
    if (__builtin_expect(start == end, 0) && ts_subtree_missing(c)) ll_error(out, start, end, true);
    out->typed |= s->typed;
    if (__builtin_expect(extra, 0) && s->act != LL_COMMENT && end > start) content_end = end;
    /* Half of all children are punctuation: it is done with before anybody asks for its field. */
    if (leaf) {
      if (s->act == LL_IGNORE) continue;
      if (s->act == LL_TOKEN) {
        ll_token(&out->nodes[f->parent], s);
        continue;
      }
    }
    uint8_t role = ll_role(f, g, structural);
    const bool field_role = f->override == 0;
    if (!field_role && s->kind != LL_KIND_DECORATOR) role = f->override;
    switch ((LlAct)s->act) {
      case LL_IGNORE:
      case LL_SKIP:
        if (!leaf && ts_subtree_error_cost(c) > 0) {
          LlFrame h = ll_frame(g, c, start, f->parent);
          h.mute = true;
          LL_PUSH(h);
          continue;
        }
        if (s->act == LL_SKIP || leaf) continue;
        break;
      case LL_TOKEN:
        ll_token(&out->nodes[f->parent], s);
        continue;
      case LL_COMMENT:
        ll_comment(out, start, end);
        continue;
      case LL_PASS:
        if (!leaf) {
          LlFrame h = ll_frame(g, c, start, f->parent);
          h.role = role;
          h.override = s->role != 0 ? s->role : f->override;
          h.flags = f->flags | s->flags;
          LL_PUSH(h);
        }
        continue;
      case LL_NAME_ONLY:
        if (role != LL_ROLE_NAME) continue;
        break;
      case LL_EMIT:
      case LL_LEAF:
        break;
    }
    if (__builtin_expect(out->keep_tops, 0) && f->parent == 0 && !leaf && !extra && s->act == LL_EMIT && role == 0 &&
        f->override == 0 && f->flags == 0 && s->kind != LL_KIND_ERROR) {
      if (before != NULL && ll_reuse(out, before, &before_at, c, start)) {
        content_end = out->nodes[out->tops[out->top_count - 1].row].end;
        continue;
      }
      if (out->top_count == out->top_capacity) out->tops = ll_grow(out->tops, &out->top_capacity, sizeof *out->tops);
      out->tops[out->top_count++] =
          (LlTop){c.ptr, start, out->node_count, 0, out->comment_count, 0, out->error_count, 0, false};
      typed_before = out->typed;
      out->typed = s->typed;
      top_open = true;
    }
    uint32_t parent = f->parent;
    uint8_t row_role = role;
    if (s->kind == LL_KIND_TEMPLATE_ELEMENT) {
      /* fragments and escapes of one quasi are one element */
      LlNode *last = &out->nodes[out->node_count - 1];
      if (last->kind == LL_KIND_TEMPLATE_ELEMENT && last->parent == parent && last->end == start) {
        last->end = end;
        continue;
      }
    } else if (s->kind == LL_KIND_TEMPLATE && role == LL_ROLE_ARGUMENT && field_role &&
               out->nodes[parent].kind == LL_KIND_CALL) {
      out->nodes[parent].kind = LL_KIND_TAGGED_TEMPLATE;
      row_role = LL_ROLE_QUASI;
    }
    if (s->kind == LL_KIND_ERROR) ll_error(out, start, end, false);
    bool wrapped = false;
    if (role == LL_ROLE_PARAM && s->kind != LL_KIND_PARAMETER && s->kind != LL_KIND_DECORATOR) {
      parent = ll_add(out, (LlNode){.start = start, .end = end, .parent = parent, .kind = LL_KIND_PARAMETER, .role = LL_ROLE_PARAM});
      row_role = LL_ROLE_NONE;
      wrapped = true;
    }
    const uint8_t flags = s->flags | f->flags;
    const uint32_t row = ll_add(out, (LlNode){.start = start, .end = end, .parent = parent, .kind = s->kind, .role = row_role,
                                              .op = s->op, .flags = flags});
    if (leaf || s->act != LL_EMIT) {
      if (end > content_end) content_end = end; /* a token the parser put in may stand behind trivia */
      out->nodes[row].next = out->node_count;
      if (wrapped) out->nodes[parent].next = out->node_count;
      if (!leaf && ts_subtree_error_cost(c) > 0) {
        LlFrame h = ll_frame(g, c, start, row);
        h.mute = true;
        LL_PUSH(h);
      }
      continue;
    }
    if (wrapped) {
      /* an empty frame under the row's own closes the wrapper */
      LlFrame w = {0};
      w.parent = parent;
      w.closes = true;
      LL_PUSH(w);
    }
    LlFrame h = ll_frame(g, c, start, row);
    h.closes = true;
    h.first_only = s->first_only;
    LL_PUSH(h);
  }
#undef LL_PUSH
}
