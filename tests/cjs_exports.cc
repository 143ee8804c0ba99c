// For cjs_exports_test.mjs: the names each listed file shows to import. One line of JSON per file:
//   {"path": ..., "exports": [...], "reexports": [...], "gaveUp": bool}
#include "analyzer/model/cjs_exports.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "nlohmann/json.hpp"

int main(int argc, char** argv) {
  using namespace looplint;
  if (argc != 3) return 2;  // classic|merve, a file that lists paths
  const CjsLexer lexer = std::string_view(argv[1]) == "merve" ? CjsLexer::kMerve : CjsLexer::kClassic;
  std::ifstream list(argv[2]);
  std::string path;
  while (std::getline(list, path)) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream s;
    s << in.rdbuf();
    const CjsExports found = LexCjsExports(s.str(), lexer);
    const nlohmann::json row = {
        {"path", path}, {"exports", found.names}, {"reexports", found.reexports}, {"gaveUp", found.gave_up}};
    std::cout << row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
}
