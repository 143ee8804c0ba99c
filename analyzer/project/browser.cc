// Which files run in a browser. Front ends live beside servers in one repository; a rejection there is a line in a
// console, not the end of a process.
#include <algorithm>
#include <map>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/project/project.h"

namespace looplint {
namespace {

bool Is(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsInterfaceFramework(std::string_view specifier) {
  return Is(specifier, {"react", "react-dom", "react-dom/client", "preact", "vue", "svelte", "jquery", "solid-js",
                        "react-native", "lit", "next/router", "next/navigation", "react-router-dom", "mobx-react"}) ||
         specifier.starts_with("@angular/") || specifier.starts_with("@vue/") || specifier.starts_with("svelte/") ||
         specifier.starts_with("@testing-library/");
}

// Builtins that bundlers replace or leave out prove nothing.
bool ProvesNode(std::string_view specifier) {
  if (specifier.starts_with("node:")) specifier.remove_prefix(5);
  return Is(specifier, {"fs", "fs/promises", "http", "https", "http2", "net", "tls", "child_process", "cluster",
                        "worker_threads", "os", "dgram", "dns", "readline", "v8", "vm", "async_hooks"});
}

}  // namespace

SourceFile::Host JudgeHost(const FileModel& m) {
  bool framework = false;
  for (const Import& i : m.module.imports) {
    if (i.type_only) continue;
    const std::string_view specifier = m.names[i.specifier];
    if (ProvesNode(specifier)) return SourceFile::Host::kNode;
    framework |= IsInterfaceFramework(specifier);
  }
  bool global = false;
  for (const Value& v : m.values) {
    if (v.kind != ValueKind::kGlobal) continue;
    const std::string_view name = m.names[static_cast<NameId>(v.a)];
    if (Is(name, {"__dirname", "__filename"})) return SourceFile::Host::kNode;
    global |= Is(name, {"window", "document", "localStorage", "sessionStorage", "jQuery", "$", "HTMLElement", "alert",
                        "requestAnimationFrame", "define", "location", "customElements", "XMLHttpRequest"});
  }
  if (framework || global) return SourceFile::Host::kBrowser;
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
