// looplint lsp: the language server.
#include <malloc.h>
#include <unistd.h>

#include <charconv>

#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/version.h"
#include "lsp/server.h"
#include "lsp/transport.h"

namespace looplint {
namespace {

constexpr const char* kHelp =
    "looplint lsp: the language server, on standard input and output.\n\n"
    "  --stdio         the default; editors like to say it\n"
    "  --pipe NAME     a Unix socket the editor listens on\n"
    "  --socket PORT   a port of this machine the editor listens on\n"
    "  --threads N     0: all cores\n"
    "  --no-cache      parse every file; else what other runs parsed and found is used, see --cache-dir of lint\n"
    "  --cache-dir DIR\n\n"
    "Flags of other transports and the editor's own are ignored.\n";

}  // namespace

int LspCommand(std::vector<std::string> arguments) {
  // By hand: editors append flags that are theirs to know, and none of them may end the server.
  std::string pipe, socket, threads, cache_dir = DefaultCacheFolder();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--help" || argument == "-h") return WriteAll(STDOUT_FILENO, kHelp), kClean;
    const auto value = [&](const std::string& flag, std::string& out) {
      if (argument.starts_with(flag + "=")) {
        out = argument.substr(flag.size() + 1);
      } else if (argument == flag && i + 1 < arguments.size()) {
        out = arguments[++i];
      }
    };
    value("--pipe", pipe);
    value("--socket", socket);
    value("--port", socket);
    value("--threads", threads);
    value("--cache-dir", cache_dir);
    if (argument == "--no-cache") cache_dir.clear();
  }
  const auto number = [](const std::string& text, int limit) {
    int n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc() && end == text.data() + text.size() && n >= 0 && n <= limit ? n : -1;
  };
  int in = STDIN_FILENO, out = STDOUT_FILENO;
  if (!pipe.empty() || !socket.empty()) {
    const int port = pipe.empty() ? number(socket, 65535) : 0;
    if (port < 0) return Warn(Cat("--socket takes a port, not ", socket)), kTrouble;
    const absl::StatusOr<int> fd = pipe.empty() ? lsp::ConnectPort(port) : lsp::ConnectPipe(pipe);
    if (!fd.ok()) return Warn(std::string(fd.status().message())), kTrouble;
    in = out = *fd;
  }
  // A keystroke takes and gives back the same few megabytes: they stay. What a look leaves is given back explicitly.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
  lsp::Channel channel(in, out);
  lsp::ServerOptions options{std::string(Version()), std::max(0, number(threads, 1024)), {}};
  if (!cache_dir.empty()) options.cache.folder = JoinPath(WorkingDirectory(), cache_dir);
  return lsp::Serve(channel, options);
}

}  // namespace looplint
