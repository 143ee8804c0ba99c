// Prints what the front end makes of files, for tests written in JavaScript.
//
//   syntax_spans LIST         for each path in LIST (one a line): path TAB errors TAB spans
//   syntax_spans --forms      reads snippets from standard input, "language length LF code" each; one line each
//   syntax_spans --tree FILE  the tree, for people
//
// Spans are "K start end" separated by blanks, K naming a group of kinds that TypeScript's parser has too; errors are
// "start-end" separated by commas, a missing token as "!start".
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "analyzer/base/strings.h"
#include "analyzer/syntax/syntax.h"

namespace looplint {
namespace {

char Group(const Node& n) {
  switch (n.kind) {
    case Kind::kCallExpression: return 'c';
    case Kind::kNewExpression: return 'n';
    case Kind::kTaggedTemplateExpression: return 't';
    case Kind::kMemberExpression: return 'm';
    case Kind::kFunctionDeclaration:
    case Kind::kFunctionExpression:
    case Kind::kMethodDefinition: return 'f';
    case Kind::kArrowFunctionExpression: return 'A';
    case Kind::kAwaitExpression: return 'a';
    case Kind::kTSNonNullExpression: return 'x';
    case Kind::kBinaryExpression:
    case Kind::kLogicalExpression: return 'b';
    case Kind::kAssignmentExpression: return 's';
    case Kind::kConditionalExpression: return 'q';
    case Kind::kUnaryExpression: return 'u';
    case Kind::kUpdateExpression: return 'p';
    case Kind::kObjectExpression: return 'o';
    case Kind::kArrayExpression: return 'l';
    case Kind::kClassDeclaration:
    case Kind::kClassExpression: return 'k';
    case Kind::kYieldExpression: return 'y';
    case Kind::kTSAsExpression: return 'T';
    case Kind::kTemplateLiteral: return 'L';
    case Kind::kRegExpLiteral: return 'R';
    case Kind::kIfStatement: return 'I';
    case Kind::kForStatement: return 'F';
    case Kind::kForInStatement: return 'N';
    case Kind::kForOfStatement: return 'O';
    case Kind::kWhileStatement: return 'W';
    case Kind::kDoWhileStatement: return 'D';
    case Kind::kTryStatement: return 'Y';
    case Kind::kCatchClause: return 'C';
    case Kind::kSwitchStatement: return 'S';
    case Kind::kReturnStatement: return 'r';
    case Kind::kThrowStatement: return 'h';
    case Kind::kVariableDeclarator: return 'v';
    case Kind::kExpressionStatement: return 'e';
    case Kind::kPropertyDefinition: return 'P';
    case Kind::kJSXElement: return 'J';
    case Kind::kImportDeclaration: return 'i';
    case Kind::kBlockStatement: return 'B';
    default: return 0;
  }
}

std::string Line(const Syntax& syntax) {
  std::string out;
  for (size_t i = 0; i < syntax.errors.size(); ++i) {
    const SyntaxError& e = syntax.errors[i];
    if (i > 0) out += ',';
    out += e.missing ? Cat('!', e.at.start) : Cat(e.at.start, '-', e.at.end);
  }
  out += '\t';
  char separator = 0;
  for (const Node& n : syntax.nodes) {
    const char group = Group(n);
    if (group == 0) continue;
    if (separator != 0) out += separator;
    separator = ' ';
    out += Cat(group, ' ', n.start, ' ', n.end);
  }
  return out;
}

std::string Slurp(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

int Files(const char* list) {
  std::ifstream in(list);
  for (std::string path; std::getline(in, path);) {
    std::ifstream file(path, std::ios::binary);
    if (!file) continue;
    const std::string line = Cat(path, '\t', Line(Parse(Slurp(file), LanguageOf(path))), '\n');
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  return 0;
}

int Forms() {
  const std::string all = Slurp(std::cin);
  std::string_view rest = all;
  for (size_t line; (line = rest.find('\n')) != rest.npos;) {
    const std::string header(rest.substr(0, line));  // "language length"
    const size_t blank = header.find(' ');
    const size_t length = blank == header.npos ? 0 : std::stoul(header.substr(blank + 1));
    rest.remove_prefix(line + 1);
    const std::string_view code = rest.substr(0, length);
    std::printf("%s\n", Line(Parse(code, LanguageOf(Cat("x.", header.substr(0, blank))))).c_str());
    rest.remove_prefix(code.size());
  }
  return 0;
}

int Tree(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text = Slurp(file);
  const Syntax syntax = Parse(text, LanguageOf(path));
  std::vector<uint32_t> ends;
  for (uint32_t i = 0; i < syntax.size(); ++i) {
    const Node& n = syntax.nodes[i];
    while (!ends.empty() && ends.back() <= i) ends.pop_back();
    std::string shown = text.substr(n.start, std::min<size_t>(n.end - n.start, 50));
    for (char& c : shown) {
      if (c == '\n') c = '~';
    }
    std::printf("%*s%s [%s] %s f=%x  %s\n", static_cast<int>(ends.size() * 2), "",
                std::string(KindName(n.kind)).c_str(), std::string(RoleName(n.role)).c_str(),
                std::string(OpName(n.op)).c_str(), n.flags, shown.c_str());
    ends.push_back(n.next);
  }
  for (const SyntaxError& e : syntax.errors) {
    std::printf("error %u-%u%s\n", e.at.start, e.at.end, e.missing ? " (missing)" : "");
  }
  return 0;
}

}  // namespace
}  // namespace looplint

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "--forms") return looplint::Forms();
  if (mode == "--tree" && argc > 2) return looplint::Tree(argv[2]);
  if (argc == 2) return looplint::Files(argv[1]);
  std::fprintf(stderr, "usage: syntax_spans LIST | --forms | --tree FILE\n");
  return 2;
}
