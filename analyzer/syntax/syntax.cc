#include "analyzer/syntax/syntax.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/syntax/flatten.h"
#include "analyzer/syntax/grammar.h"
#include "analyzer/syntax/mask.h"
#include "analyzer/syntax/repair.h"

namespace looplint {

struct KeptTree {
  GrammarId grammar;
  std::string text;  // what was parsed: masked, perhaps
  TSTree* tree = nullptr;
  LlOut rows[2] = {};  // of `tree` are those at `now`; the others are room for the next
  int now = 0;
  ~KeptTree() {
    Drop();
    for (LlOut& out : rows) ll_free(&out);
  }
  void Drop() {
    if (tree == nullptr) return;
    ll_arena_bypass();
    ts_tree_delete(tree);
    ll_arena_end();
    tree = nullptr;
  }
};

namespace {

// Scratch of one thread, kept from file to file.
struct Scratch {
  LlOut out = {};
  void Release() {
    ll_free(&out);
    ll_arena_release();
  }
  ~Scratch() { Release(); }
};

Scratch& ThreadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

struct Outcome {
  bool errors;
  bool typed;
  bool costly;  // given up: there are no rows
};

// What a parse may cost, in hundreds of the parser's steps: error recovery is not linear on garbage. Real files take
// at most a quarter of it (0.03 per byte). Counted and not timed, so that a file gives the same rows everywhere.
constexpr uint64_t kBaseWork = 1000, kBytesPerWork = 8;
// A tree wants 40 to 150 bytes for each of the text.
constexpr size_t kMaxBytes = size_t{20} << 20;
static_assert(kMaxBytes <= kMaxOffset);

struct Work {
  std::string_view text;
  uint64_t left;
};

const char* Read(void* payload, uint32_t at, TSPoint, uint32_t* bytes) {
  const std::string_view text = static_cast<const Work*>(payload)->text;
  if (at >= text.size()) {
    *bytes = 0;
    return "";
  }
  *bytes = static_cast<uint32_t>(text.size() - at);
  return text.data() + at;
}

// True to stop.
bool Spend(TSParseState* state) {
  uint64_t& left = static_cast<Work*>(state->payload)->left;
  if (left == 0) return true;
  --left;
  return false;
}

TSPoint PointAt(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  const size_t line = before.rfind('\n') + 1;  // npos + 1 == 0
  return {static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n')), static_cast<uint32_t>(at - line)};
}

// Tells `kept.tree` how its text became `text`: what lies between the common head and the common tail.
void EditTree(KeptTree& kept, std::string_view text) {
  const std::string_view old = kept.text;
  const size_t shorter = std::min(old.size(), text.size());
  const size_t head = static_cast<size_t>(std::mismatch(old.begin(), old.begin() + static_cast<ptrdiff_t>(shorter), text.begin()).first - old.begin());
  size_t tail = 0;
  while (tail < shorter - head && old[old.size() - 1 - tail] == text[text.size() - 1 - tail]) ++tail;
  if (head == old.size() && head == text.size()) return;
  TSInputEdit edit;
  edit.start_byte = static_cast<uint32_t>(head);
  edit.old_end_byte = static_cast<uint32_t>(old.size() - tail);
  edit.new_end_byte = static_cast<uint32_t>(text.size() - tail);
  edit.start_point = PointAt(text, head);
  edit.old_end_point = PointAt(old, old.size() - tail);
  edit.new_end_point = PointAt(text, text.size() - tail);
  ts_tree_edit(kept.tree, &edit);
}

// With `kept`, starts from its tree and leaves the new one there.
Outcome ParseWith(std::string_view text, GrammarId id, LlOut*& result, KeptTree* kept) {
  const LlGrammar& grammar = Grammar(id);
  if (kept == nullptr) {
    ll_arena_begin();
    result = &ThreadScratch().out;
  } else {
    result = &kept->rows[1 - kept->now];
    result->keep_tops = true;
    if (kept->tree != nullptr && kept->grammar != id) kept->Drop();
    ll_arena_bypass();
    if (kept->tree != nullptr) EditTree(*kept, text);
  }
  LlOut& out = *result;
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, grammar.language);
  ll_fast_lexer(parser);
  Work work = {text, kBaseWork + text.size() / kBytesPerWork};
  const TSInput input = {&work, Read, TSInputEncodingUTF8, nullptr};
  TSTree* tree = ts_parser_parse_with_options(parser, kept == nullptr ? nullptr : kept->tree, input, {&work, Spend});
  const bool costly = tree == nullptr;
  if (costly) {
    out.node_count = out.error_count = out.comment_count = 0;
    out.typed = false;
  } else {
    const bool more = kept != nullptr && kept->tree != nullptr;
    ll_flatten(tree, &grammar, &out, more ? &kept->rows[kept->now] : nullptr);
  }
  if (kept != nullptr) {
    if (kept->tree != nullptr) ts_tree_delete(kept->tree);
    kept->tree = tree;
    kept->now = 1 - kept->now;
    kept->grammar = id;
    kept->text = costly ? std::string_view() : text;
    ts_parser_delete(parser);
  } else if (ll_arena_spilled()) {
    if (!costly) ts_tree_delete(tree);
    ts_parser_delete(parser);
  }
  ll_arena_end();
  return {costly || out.error_count > 0, out.typed, costly || out.node_count > kMaxRows};
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

Syntax TooCostly(std::string_view text) {
  const uint32_t size = static_cast<uint32_t>(std::min<size_t>(text.size(), kNoneIndex - 1));
  Syntax syntax;
  Node& program = syntax.nodes.emplace_back();
  program.kind = Kind::kProgram;
  program.end = std::min(size, kMaxOffset);
  program.next = 1;
  syntax.errors.push_back({{0, size}, false});
  syntax.too_costly = true;
  return syntax;
}

constexpr int kMaskRounds = 3;

// Fewer bytes passed over; a missing token counts as one.
bool Better(const Syntax& a, const Syntax& b) {
  const auto cost = [](const Syntax& s) {
    uint64_t cost = 0;
    for (const SyntaxError& e : s.errors) cost += e.at.end - e.at.start + 1;
    return cost;
  };
  return cost(a) < cost(b);
}

}  // namespace

Language LanguageOf(std::string_view path) {
  if (path.ends_with(".tsx")) return Language::kTsx;
  if (path.ends_with(".ts") || path.ends_with(".mts") || path.ends_with(".cts")) {
    return Language::kTypeScript;
  }
  return Language::kJavaScript;
}

namespace {

// `kept` gives the tree to start the next attempt from, or null.
template <typename Kept>
Syntax ParseText(std::string_view text, Language language, Kept kept) {
  if (text.size() > kMaxBytes) return TooCostly(text);
  LlOut* out = nullptr;  // of the last attempt
  const GrammarId grammar = language == Language::kTypeScript ? GrammarId::kTypeScript : GrammarId::kTsx;
  Syntax syntax;
  Masked masked;
  if (WantsMask(text, language)) masked = Mask(text, language, {}, {});
  const Outcome first = ParseWith(masked.changed ? masked.text : text, grammar, out, kept());
  if (first.costly) return TooCostly(text);
  syntax = Take(*out);
  bool done = !first.errors;
  // JavaScript goes through the tsx grammar first: of 27,518 real files it fails on far fewer (Flow among them)
  // and it has no trouble with `await (0, m.f)(x)`. When it fails, or when it saw types where there are none
  // (`f(a<b, c>(d))`), the javascript grammar may know better.
  if (language == Language::kJavaScript && (first.errors || first.typed)) {
    const Outcome js = ParseWith(masked.changed ? masked.text : text, GrammarId::kJavaScript, out, kept());
    if (!js.errors) {
      syntax = Take(*out);
      done = true;
    }
  }
  // What the grammar lacks is masked, see mask.h; a second round may see what the first could not.
  std::vector<uint32_t> values;
  if (masked.changed) values = Values(masked, syntax);
  bool wrong = !values.empty();
  done &= !wrong;
  for (int round = 0; round < kMaskRounds && !done; ++round) {
    Masked again = Mask(text, language, syntax.errors, values);
    if (!again.changed && !wrong) break;
    if (ParseWith(again.text, grammar, out, kept()).costly) break;
    Syntax better = Take(*out);
    const std::vector<uint32_t> more = Values(again, better);
    if (!more.empty() && round + 1 < kMaskRounds) {
      values.insert(values.end(), more.begin(), more.end());
      std::sort(values.begin(), values.end());
      continue;
    }
    if (!wrong && !Better(better, syntax)) break;
    wrong = false;
    syntax = std::move(better);
    masked = std::move(again);
    done = syntax.errors.empty();
  }
  if (masked.changed) Amend(masked, syntax);
  Repair(text, language, syntax);
  return syntax;
}

}  // namespace

Syntax Parse(std::string_view text, Language language) {
  return ParseText(text, language, [] { return nullptr; });
}

Reparser::Reparser(Language language) : language_(language) {}
Reparser::~Reparser() = default;

Syntax Reparser::Parse(std::string_view text) {
  size_t attempt = 0;
  return ParseText(text, language_, [&] {
    if (attempt == trees_.size()) trees_.push_back(std::make_unique<KeptTree>());
    return trees_[attempt++].get();
  });
}

void ReleaseParser() { ThreadScratch().Release(); }

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
