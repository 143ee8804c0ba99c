// For model_differential_test.mjs: what each name in each listed file refers to. One line per file:
//   path TAB offset,declaration offset,declaration... -- "-" for a global; byte offsets.
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "analyzer/model/lower.h"

int main(int argc, char** argv) {
  using namespace looplint;
  if (argc != 2) return 2;
  std::ifstream list(argv[1]);
  std::string path;
  while (std::getline(list, path)) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream s;
    s << in.rdbuf();
    const std::string text = s.str();
    Syntax syntax = Parse(text, LanguageOf(path));
    const bool errors = !syntax.errors.empty();
    const FileModel m = Lower(text, std::move(syntax));
    std::printf("%s\t", path.c_str());
    for (uint32_t i = 0; !errors && i < m.syntax.size(); ++i) {
      const NodeId id = static_cast<NodeId>(i);
      const Kind k = m.syntax.KindOf(id);
      if (k != Kind::kIdentifier && k != Kind::kShorthandProperty && k != Kind::kShorthandPattern) continue;
      const ValueId v = m.ValueOf(id);
      if (!Some(v)) continue;
      const Value& value = m.values[v];
      if (value.kind == ValueKind::kGlobal) {
        std::printf("%u,-,", m.syntax[id].start);
      } else if (value.kind == ValueKind::kBinding) {
        const Binding& b = m.bindings[static_cast<BindingId>(value.a)];
        if (b.node != id) std::printf("%u,%u,", m.syntax[id].start, m.syntax[b.node].start);
      }
    }
    std::printf("\n");
  }
}
