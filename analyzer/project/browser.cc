// Which files run in a browser. Front ends live beside servers in one repository; a rejection there is a line in a
// console, not the end of a process.
#include <map>
#include <optional>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/project/project.h"

namespace looplint {

SourceFile::Host JudgeHost(const FileModel& m, const Knowledge& knowledge) {
  bool browser = false;
  const auto tells_node = [&](std::optional<FileRole> role) {
    browser |= role == FileRole::kBrowser;
    return role == FileRole::kSource;
  };
  for (const Import& i : m.module.imports) {
    if (!i.type_only && tells_node(knowledge.RoleOfImport(m.names[i.specifier]))) return SourceFile::Host::kNode;
  }
  for (const Value& v : m.values) {
    if (v.kind != ValueKind::kGlobal) continue;
    if (tells_node(knowledge.RoleOfGlobal(m.names[static_cast<NameId>(v.a)]))) return SourceFile::Host::kNode;
  }
  if (browser) return SourceFile::Host::kBrowser;
  for (const Node& n : m.syntax.nodes) {
    if (n.kind == Kind::kJSXElement) return SourceFile::Host::kBrowser;
  }
  return SourceFile::Host::kOpen;
}

void MarkBrowserFiles(std::vector<std::unique_ptr<File>>& files) {
  struct Folder {
    int files = 0, browser = 0, node = 0;
  };
  std::map<std::string, Folder, std::less<>> folders;
  for (const auto& f : files) {
    if (f->role != FileRole::kSource) continue;
    for (std::string_view d = DirName(f->path); d != "." && d != "/"; d = DirName(d)) {
      Folder& folder = folders[std::string(d)];
      ++folder.files;
      folder.browser += f->source->host == SourceFile::Host::kBrowser;
      folder.node += f->source->host == SourceFile::Host::kNode;
    }
  }
  for (const auto& file : files) {
    File& f = *file;
    if (f.role != FileRole::kSource || f.source->host == SourceFile::Host::kNode) continue;
    bool browser = f.source->host == SourceFile::Host::kBrowser;
    for (std::string_view d = DirName(f.path); !browser && d != "." && d != "/"; d = DirName(d)) {
      const Folder& folder = folders.find(d)->second;
      browser = folder.files >= 4 && folder.browser * 5 >= folder.files * 2 && folder.node * 10 <= folder.files;
    }
    if (browser) f.role = FileRole::kBrowser;
  }
}

}  // namespace looplint
