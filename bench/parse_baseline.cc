// parse_baseline LIST: parses every file named in LIST (one path per line) with the stock tree-sitter
// runtime and nothing else, and prints one JSON object. It is the yardstick of bench/run: what any analyzer
// on this parser must spend before it has understood a single line.
#include <sys/resource.h>
#include <tree_sitter/api.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

extern "C" {
const TSLanguage* tree_sitter_typescript();
const TSLanguage* tree_sitter_tsx();
}

namespace {

double CpuMs() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto ms = [](const timeval& t) { return t.tv_sec * 1e3 + t.tv_usec / 1e3; };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// JavaScript goes to the tsx grammar as in looplint, so that both parse the same tables.
const TSLanguage* LanguageOf(std::string_view path) {
  return path.ends_with(".ts") || path.ends_with(".mts") || path.ends_with(".cts") ? tree_sitter_typescript()
                                                                                   : tree_sitter_tsx();
}

bool Read(const std::string& path, std::string& text) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return false;
  text.clear();
  char block[1 << 16];
  while (size_t n = std::fread(block, 1, sizeof block, file.get())) text.append(block, n);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream list(argc == 2 ? argv[1] : "");
  if (!list) {
    std::fprintf(stderr, "usage: parse_baseline LIST\n");
    return 2;
  }
  std::unique_ptr<TSParser, void (*)(TSParser*)> parser(ts_parser_new(), ts_parser_delete);
  std::string path, text;
  uint64_t files = 0, bytes = 0, with_errors = 0;
  double parse_ms = 0;
  while (std::getline(list, path)) {
    if (!Read(path, text)) {
      std::fprintf(stderr, "parse_baseline: cannot read %s\n", path.c_str());
      return 2;
    }
    // Wall clock around the call only sums to parsing; the whole process' CPU time is reported beside it.
    const auto start = std::chrono::steady_clock::now();
    ts_parser_set_language(parser.get(), LanguageOf(path));
    TSTree* tree = ts_parser_parse_string(parser.get(), nullptr, text.data(), text.size());
    with_errors += ts_node_has_error(ts_tree_root_node(tree));
    ts_tree_delete(tree);
    parse_ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    ++files;
    bytes += text.size();
  }
  std::printf("{\"files\":%llu,\"bytes\":%llu,\"with_errors\":%llu,\"parse_wall_ms\":%.1f,\"cpu_ms\":%.1f}\n",
              static_cast<unsigned long long>(files), static_cast<unsigned long long>(bytes),
              static_cast<unsigned long long>(with_errors), parse_ms, CpuMs());
}
