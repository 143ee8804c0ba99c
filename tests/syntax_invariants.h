// What holds of every Syntax, whatever the text: used by the tests, on the corpus and by the fuzzer.
#ifndef LOOPLINT_TESTS_SYNTAX_INVARIANTS_H_
#define LOOPLINT_TESTS_SYNTAX_INVARIANTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/syntax/syntax.h"

namespace looplint {

// Empty when all is well, else what is wrong first.
inline std::string BrokenInvariant(std::string_view text, const Syntax& syntax) {
  const std::vector<Node>& nodes = syntax.nodes;
  const auto at = [&](const char* what, uint32_t i) {
    const Node& n = nodes[i];
    return Cat(what, " at row ", i, " ", KindName(n.kind), " ", n.start, "-", n.end, " below ",
               KindName(nodes[Index(n.parent)].kind), " ", nodes[Index(n.parent)].start, "-",
               nodes[Index(n.parent)].end);
  };
  if (nodes.empty() || nodes[0].kind != Kind::kProgram) return "no program";
  if (nodes[0].next != nodes.size()) return "the program does not span all rows";
  std::vector<uint32_t> last_end(nodes.size(), 0);  // of the children seen so far
  std::vector<uint32_t> expected(nodes.size(), 0);  // the row where the next child must be
  expected[0] = 1;
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const Node& n = nodes[i];
    if (n.kind == Kind::kNoKind || n.kind >= Kind::kCount || n.role >= Role::kCount || n.op >= Op::kCount) {
      return at("out of range", i);
    }
    if (n.start > n.end || n.end > text.size()) return at("bad span", i);
    if (n.next <= i || n.next > nodes.size()) return at("bad next", i);
    expected[i] = i + 1;
    if (i == 0) continue;
    const uint32_t p = Index(n.parent);
    if (p >= i) return at("parent after child", i);
    if (expected[p] != i) return at("not where its parent goes on", i);
    expected[p] = n.next;
    if (n.next > nodes[p].next) return at("runs out of its parent", i);
    if (n.start < nodes[p].start || n.end > nodes[p].end) return at("outside its parent", i);
    if (n.start < last_end[p]) return at("overlaps the sibling before", i);
    last_end[p] = n.end;
  }
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    if (expected[i] != nodes[i].next) return at("rows of nobody", i);
  }
  uint32_t covered = 0;
  for (const Span& c : syntax.comments) {
    if (c.start >= c.end || c.end > text.size() || c.start < covered) return Cat("comment at ", c.start);
    covered = c.end;
  }
  uint32_t before = 0;
  for (const SyntaxError& e : syntax.errors) {
    if (e.at.start > e.at.end || e.at.end > text.size() || e.at.start < before) return Cat("error at ", e.at.start);
    before = e.at.start;
  }
  return "";
}

}  // namespace looplint

#endif  // LOOPLINT_TESTS_SYNTAX_INVARIANTS_H_
