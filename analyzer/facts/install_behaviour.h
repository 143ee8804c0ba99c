// What the scripts a package runs at install do: the shell of its package.json, and the JavaScript and shell files
// that names, read with the analyzer's own eyes. Nothing is run.
#ifndef LOOPLINT_ANALYZER_FACTS_INSTALL_BEHAVIOUR_H_
#define LOOPLINT_ANALYZER_FACTS_INSTALL_BEHAVIOUR_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/packages/manifest.h"
#include "analyzer/packages/pack.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

enum class InstallAct : uint8_t {
  kBuildsNative,  // compiles, or fetches a prebuilt addon by one of the known tools
  kRunsProgram,
  kNetwork,       // opens a connection
  kRemoteCode,    // hands what it downloaded to an interpreter
  kEvaluates,     // eval, new Function, vm
  kDecodes,       // base64, hex, character codes
  kObfuscated,    // text no person wrote or is meant to read
  kReadsSecrets,  // tokens, keys, credential files
  kDumpsEnvironment,
  kIdentifiesHost,  // host name, user, addresses
  kDeletesOutside,
  kWritesOutside,  // start-up files, workflows, other packages
  kPublishes,      // npm publish, npm token
  kDetached,       // a process that outlives the install
  kTemporary,      // works in the system's temporary folder
  kShell,          // starts a shell that waits for commands
  kNeighbour,      // writes code into another package
  kAssistant,      // has a coding assistant act without asking
  kUsesToken,      // GITHUB_TOKEN, which downloads from there may need
  kTakesWallet,    // puts itself between a page and its wallet
};
std::string_view Describe(InstallAct act);

enum class InstallVerdict : uint8_t {
  kNothing,     // no install script
  kOrdinary,    // runs code of the package
  kNative,      // builds or fetches an addon
  kDownloads,   // fetches files by itself
  kSuspicious,  // does what install scripts have no business with
  kMalicious,   // does what only attacks do
};
std::string_view NameOf(InstallVerdict verdict);

struct InstallEvidence {
  InstallAct act;
  Place at;
  std::string what;  // "https.get(...)", "curl ... | sh"
};

struct InstallBehaviour {
  std::string name, version, directory;
  FileId manifest{kNoneIndex};
  bool own = false;     // of the project itself
  std::string script;   // the first that runs: "postinstall"
  std::string command;  // and its text
  Span command_at;      // in the manifest
  std::vector<InstallEvidence> evidence;
  InstallVerdict verdict = InstallVerdict::kNothing;
  std::string because;  // of suspicion: "sends what it reads of the environment over the network"

  bool Has(InstallAct act) const;
};

// Whether a module's text gives cause to read it: it is made so that nobody can read it, it decrypts code and compiles
// it, or it may evaluate what it fetches. Minified code is none of these. Quick: every installed package is asked.
bool LooksHidden(std::string_view text);
// The modules of a package that others load, relative to it, as its manifest names them; an ending may be missing.
std::vector<std::string> EntryFiles(const PackageManifest& manifest);
// The files of its own that a module loads, as it names them: by a look at the text, a few.
std::vector<std::string> LoadedFiles(std::string_view text);

class InstallReader {
 public:
  struct Source {
    FileId file{kNoneIndex};
    std::string_view text;  // outlives the reader
  };
  // Opens a file by its path relative to the root of the run; nullopt when there is none.
  using Open = std::function<std::optional<Source>(const std::string& path)>;

  InstallReader(const Knowledge& knowledge, Open open) : knowledge_(knowledge), open_(std::move(open)) {}

  // `scripts`: names of the scripts that run. `implicit_build`: it has a binding.gyp and npm builds it unasked.
  InstallBehaviour Read(const PackageManifest& manifest, Source source, std::string_view directory,
                        const std::vector<std::string_view>& scripts, bool implicit_build);
  // A module others load, at `path`, that LooksHidden; nullopt when nothing is odd.
  std::optional<InstallBehaviour> ReadEntry(const PackageManifest& manifest, Source source, std::string_view directory,
                                            const std::string& path);

 private:
  const Knowledge& knowledge_;
  Open open_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_INSTALL_BEHAVIOUR_H_
