// Which files run in a browser. Front ends live beside servers in one repository; a rejection there is a line in a
// console, not the end of a process.
#include <map>
#include <optional>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/project/project.h"

namespace looplint {
namespace {

enum class Evidence : uint8_t { kNone, kBrowser, kNode };

Evidence Judge(const File& file, const Knowledge& knowledge) {
  const FileModel& m = file.model;
  bool browser = false;
  const auto tells_node = [&](std::optional<FileRole> role) {
    browser |= role == FileRole::kBrowser;
    return role == FileRole::kSource;
  };
  for (const Import& i : m.module.imports) {
    if (!i.type_only && tells_node(knowledge.RoleOfImport(m.names[i.specifier]))) return Evidence::kNode;
  }
  for (const Value& v : m.values) {
    if (v.kind != ValueKind::kGlobal) continue;
    if (tells_node(knowledge.RoleOfGlobal(m.names[static_cast<NameId>(v.a)]))) return Evidence::kNode;
  }
  if (browser) return Evidence::kBrowser;
  for (const Node& n : m.syntax.nodes) {
    if (n.kind == Kind::kJSXElement) return Evidence::kBrowser;
  }
  return Evidence::kNone;
}

}  // namespace

void MarkBrowserFiles(std::vector<std::unique_ptr<File>>& files, const Knowledge& knowledge) {
  struct Folder {
    int files = 0, browser = 0, node = 0;
  };
  std::map<std::string, Folder, std::less<>> folders;
  std::vector<Evidence> evidence;
  evidence.reserve(files.size());
  for (const auto& f : files) {
    const Evidence e = Judge(*f, knowledge);
    evidence.push_back(e);
    if (f->role != FileRole::kSource) continue;
    for (std::string_view d = DirName(f->path); d != "." && d != "/"; d = DirName(d)) {
      Folder& folder = folders[std::string(d)];
      ++folder.files;
      folder.browser += e == Evidence::kBrowser;
      folder.node += e == Evidence::kNode;
    }
  }
  for (size_t i = 0; i < files.size(); ++i) {
    File& f = *files[i];
    if (f.role != FileRole::kSource || evidence[i] == Evidence::kNode) continue;
    bool browser = evidence[i] == Evidence::kBrowser;
    for (std::string_view d = DirName(f.path); !browser && d != "." && d != "/"; d = DirName(d)) {
      const Folder& folder = folders.find(d)->second;
      browser = folder.files >= 4 && folder.browser * 5 >= folder.files * 2 && folder.node * 10 <= folder.files;
    }
    if (browser) f.role = FileRole::kBrowser;
  }
}

}  // namespace looplint
