#include "analyzer/syntax/syntax.h"

#include <cstring>
#include <vector>

#include "analyzer/syntax/flatten.h"
#include "analyzer/syntax/grammar.h"
#include "analyzer/syntax/repair.h"

namespace looplint {
namespace {

// Scratch of one thread, kept from file to file.
struct Scratch {
  LlOut out = {};
  ~Scratch() {
    std::free(out.nodes);
    std::free(out.errors);
    std::free(out.comments);
    std::free(out.stack);
    ll_arena_release();
  }
};

struct Outcome {
  bool errors;
  bool typed;
};

Outcome ParseWith(std::string_view text, GrammarId id, LlOut& out) {
  const LlGrammar& grammar = Grammar(id);
  ll_arena_begin();
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, grammar.language);
  ll_fast_lexer(parser);
  TSTree* tree = ts_parser_parse_string(parser, nullptr, text.data(), static_cast<uint32_t>(text.size()));
  ll_flatten(tree, &grammar, &out);
  if (ll_arena_spilled()) {
    ts_tree_delete(tree);
    ts_parser_delete(parser);
  }
  ll_arena_end();
  return {out.error_count > 0, out.typed};
}

Syntax Take(const LlOut& out) {
  Syntax syntax;
  syntax.nodes.resize(out.node_count);
  std::memcpy(static_cast<void*>(syntax.nodes.data()), out.nodes, out.node_count * sizeof(Node));
  syntax.comments.resize(out.comment_count);
  for (uint32_t i = 0; i < out.comment_count; ++i) {
    syntax.comments[i] = {out.comments[i].start, out.comments[i].end};
  }
  uint32_t covered = 0;
  for (uint32_t i = 0; i < out.error_count; ++i) {
    const LlError& e = out.errors[i];
    if (!syntax.errors.empty() && e.end <= covered) continue;
    syntax.errors.push_back({{e.start, e.end}, e.missing});
    covered = e.end;
  }
  return syntax;
}

}  // namespace

Language LanguageOf(std::string_view path) {
  if (path.ends_with(".tsx")) return Language::kTsx;
  if (path.ends_with(".ts") || path.ends_with(".mts") || path.ends_with(".cts")) {
    return Language::kTypeScript;
  }
  return Language::kJavaScript;
}

Syntax Parse(std::string_view text, Language language) {
  thread_local Scratch scratch;
  LlOut& out = scratch.out;
  Syntax syntax;
  if (language == Language::kTypeScript) {
    ParseWith(text, GrammarId::kTypeScript, out);
    syntax = Take(out);
  } else {
    const Outcome tsx = ParseWith(text, GrammarId::kTsx, out);
    syntax = Take(out);
    // JavaScript goes through the tsx grammar first: of 27,518 real files it fails on far fewer (Flow among them)
    // and it has no trouble with `await (0, m.f)(x)`. When it fails, or when it saw types where there are none
    // (`f(a<b, c>(d))`), the javascript grammar may know better.
    if (language == Language::kJavaScript && (tsx.errors || tsx.typed)) {
      const Outcome js = ParseWith(text, GrammarId::kJavaScript, out);
      if (!js.errors) syntax = Take(out);
    }
  }
  Repair(text, syntax);
  return syntax;
}

NodeId Syntax::Child(NodeId id, Role role) const {
  for (const NodeId c : ChildrenOf(id)) {
    if (nodes[Index(c)].role == role) return c;
  }
  return kNone<NodeId>;
}

bool IsFunction(Kind kind) {
  return kind == Kind::kFunctionDeclaration || kind == Kind::kFunctionExpression ||
         kind == Kind::kArrowFunctionExpression || kind == Kind::kMethodDefinition;
}

bool IsLoop(Kind kind) {
  return kind == Kind::kForStatement || kind == Kind::kForInStatement || kind == Kind::kForOfStatement ||
         kind == Kind::kWhileStatement || kind == Kind::kDoWhileStatement;
}

}  // namespace looplint
