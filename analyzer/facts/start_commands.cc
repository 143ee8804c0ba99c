#include "analyzer/facts/start_commands.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "resolver/json.h"

namespace looplint {
namespace {

constexpr uint64_t kMost = 1u << 20;

std::string_view Trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\r')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

template <typename Line>
void EachLine(std::string_view text, Line line) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string Upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

// The exec form ["node", "server.js"] as words of a shell, the shell form as it is.
std::string CommandOf(std::string_view rest, const std::string& folder) {
  std::vector<std::string> words;
  JsonDocument json;
  if (rest.starts_with('[') && json.Parse(rest)) {
    for (JsonValue v = json.root().first(); v; v = v.next()) words.emplace_back(v.text());
  } else {
    for (size_t i = 0; i < rest.size();) {
      const size_t end = std::min(rest.find(' ', i), rest.size());
      if (end > i) words.emplace_back(rest.substr(i, end - i));
      i = end + 1;
    }
  }
  std::string out;
  for (std::string& word : words) {
    if (folder.size() > 1 && word.starts_with(Cat(folder, "/")))
      word = Cat("./", std::string_view(word).substr(folder.size() + 1));
    out += Cat(out.empty() ? "" : " ", word);
  }
  return out;
}

}  // namespace

std::vector<StartCommand> ReadProcfile(std::string_view text) {
  std::vector<StartCommand> out;
  EachLine(text, [&](std::string_view line) {
    line = Trim(line);
    const size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) return;
    const std::string_view command = Trim(line.substr(colon + 1));
    if (!command.empty()) out.push_back({Cat(Trim(line.substr(0, colon)), " of Procfile"), std::string(command), ""});
  });
  return out;
}

std::vector<StartCommand> ReadDockerStart(std::string_view text, std::string_view name) {
  std::string entry, command, folder, whole;
  EachLine(text, [&](std::string_view line) {
    line = Trim(line);
    if (line.starts_with('#')) return;
    if (line.ends_with('\\')) {
      whole += Cat(Trim(line.substr(0, line.size() - 1)), " ");
      return;
    }
    whole += line;
    const size_t blank = std::min(whole.find_first_of(" \t"), whole.size());
    const std::string word = Upper(std::string_view(whole).substr(0, blank));
    const std::string_view rest = Trim(std::string_view(whole).substr(blank));
    if (word == "FROM") entry.clear(), command.clear(), folder.clear();
    if (word == "WORKDIR") folder = NormalizePath(rest.starts_with('/') ? std::string(rest) : Cat(folder, "/", rest));
    if (word == "ENTRYPOINT") entry = std::string(rest);
    if (word == "CMD") command = std::string(rest);
    whole.clear();
  });
  std::vector<StartCommand> out;
  if (!entry.empty() || !command.empty()) {
    const std::string first = CommandOf(entry, folder), second = CommandOf(command, folder);
    out.push_back({Cat(entry.empty() ? "CMD" : "ENTRYPOINT", " of ", name),
                   first.empty()    ? second
                   : second.empty() ? first
                                    : Cat(first, " ", second),
                   ""});
  }
  return out;
}

std::vector<StartCommand> ReadServerless(std::string_view text) {
  std::vector<StartCommand> out;
  EachLine(text, [&](std::string_view line) {
    line = Trim(line);
    if (!line.starts_with("handler:")) return;
    std::string_view value = Trim(line.substr(8));
    value = Trim(value.substr(0, value.find(" #")));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    const size_t dot = value.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || value.find("${") != std::string_view::npos ||
        value.find('/', dot) != std::string_view::npos)
      return;
    out.push_back(
        {Cat("handler ", value.substr(dot + 1), " of serverless.yml"), "", std::string(value.substr(0, dot))});
  });
  return out;
}

std::vector<StartCommand> StartCommandsIn(const FileSystem& fs, const std::string& directory) {
  std::vector<StartCommand> out;
  const auto entries = ListSorted(fs, directory);
  if (!entries.ok()) return out;
  for (const DirectoryEntry& e : *entries) {
    if (e.type != FileType::kFile) continue;
    const bool docker = e.name == "Dockerfile" || e.name == "Containerfile" || e.name.starts_with("Dockerfile.") ||
                        e.name.ends_with(".Dockerfile");
    const bool serverless = e.name == "serverless.yml" || e.name == "serverless.yaml";
    if (!docker && !serverless && e.name != "Procfile") continue;
    const auto text = fs.Read(JoinPath(directory, e.name), kMost);
    if (!text.ok()) continue;
    std::vector<StartCommand> found = docker       ? ReadDockerStart(*text, e.name)
                                      : serverless ? ReadServerless(*text)
                                                   : ReadProcfile(*text);
    std::move(found.begin(), found.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace looplint
