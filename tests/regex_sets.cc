// For regex_sets_test.mjs: reads "flags<TAB>pattern" lines and prints the set of the pattern's first character as
// ranges, then its strings, ".1f468.200d" each.
#include <cstdio>
#include <iostream>
#include <string>

#include "analyzer/regex/parser.h"
#include "analyzer/regex/regex.h"

int main() {
  using namespace looplint::regex;
  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    Flags flags;
    Tree tree;
    if (tab == std::string::npos || !Flags::Parse(line.substr(0, tab), flags)) return 1;
    if (const ParseError e = Parse(ToUtf16(line.substr(tab + 1)), flags, tree); e.message != nullptr) {
      std::printf("%s\n", e.message);
      continue;
    }
    for (const Node& n : tree.nodes) {
      if (n.kind != NodeKind::kChar && n.kind != NodeKind::kSet) continue;
      for (const Interval& i : tree.sets[n.set].intervals()) std::printf("%x-%x ", i.lo, i.hi);
      if (n.strings == kInfinite) break;
      for (const std::u32string& s : tree.strings[n.strings]) {
        for (const char32_t c : s) std::printf(".%x", static_cast<uint32_t>(c));
        std::printf(" ");
      }
      break;
    }
    std::printf("\n");
  }
  return 0;
}
