#include "lsp/server.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "analyzer/base/strings.h"
#include "lsp/completion.h"
#include "lsp/insight.h"
#include "lsp/render.h"

namespace looplint::lsp {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// The keys must rest this long before the whole program is looked at: a pause of thought, not of typing.
constexpr milliseconds kRest{120};
// A look longer than this is shown as progress.
constexpr milliseconds kShowAfter{400};
// How long an unchanged workspace/diagnostic is held back, so that clients that ask again at once do not spin.
constexpr milliseconds kHold{2000};
constexpr size_t kPartialReports = 100;
// What a keystroke takes, and gives back, stays with the process.
constexpr size_t kTrimKeep = 16 << 20;
// Above the memory limit a program is kept this long after it was last of use.
constexpr milliseconds kKeepProgram{2000};

enum ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kNotInitialized = -32002,
  kRequestCancelled = -32800,
};

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// FNV-1a: the same for the same diagnostics, in every process.
std::string ResultId(const Json& items) {
  uint64_t hash = 1469598103934665603u;
  for (const char c : items.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return std::to_string(hash);
}

// Bytes of this process in memory.
uint64_t Resident() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// What workspace/diagnostic says of one file.
struct Told {
  std::string result, items;  // JSON, as text: much smaller
};

// A workspace and what was last learned of it.
struct Root {
  std::unique_ptr<Workspace> workspace;
  bool folder = true;  // one the client named; else made for a file outside them
  std::optional<Clock::time_point> due;  // of the next look
  bool stale_config = false;
  std::shared_ptr<const Snapshot> whole;  // null before the first look, and once released
  std::unique_ptr<Callers> callers;  // of `whole`
  uint64_t looks = 0;
  // Of the last look; all that is left of it once it was released, or that there is of one that was recalled.
  uint64_t known = 0;  // its generation
  uint64_t files = 0, lines = 0;
  std::string state;               // in one word
  std::map<std::string, Told> told;  // by URI
  bool released = false;

  const Callers& CallersNow() {
    if (callers == nullptr) callers = std::make_unique<Callers>(*whole);
    return *callers;
  }
  bool Current() const { return whole != nullptr && whole->generation == workspace->generation(); }
  bool Known() const { return looks > 0 && known == workspace->generation(); }
};

struct Document {
  std::string uri, path, text;  // path: absolute
  Json version;
  enum class Kind : uint8_t { kSource, kConfig, kManifest, kOther };
  Kind kind = Kind::kOther;
  std::shared_ptr<Root> root;  // null: nothing of ours
  std::string relative;        // to its root
  enum class Stale : uint8_t { kNo, kAround, kSelf } stale = Stale::kNo;
  std::shared_ptr<const Snapshot> shown;  // null: nothing is known, or it is not analyzed
  std::optional<Json> kept;    // diagnostics of a program that was released; they count until the text changes
  Json pushed;                 // diagnostics last published
  Json pushed_version;
  std::string pulled;          // result id last answered
};

// A look under way, or what came of it.
struct Job {
  std::shared_ptr<Root> root;
  StopToken stop;
  Progress progress;
  std::shared_ptr<const Snapshot> result;
  Clock::time_point begun;
  bool done = false;
  bool shown = false;  // as progress
  std::string token;
  int percent = -1;
};

// A request that waits for the whole program.
struct Deferred {
  Json id;
  std::string method;
  Json params;
  std::optional<Clock::time_point> until = {};  // held back with nothing to say
};

class Server {
 public:
  Server(Channel& channel, const ServerOptions& options) : channel_(channel), options_(options) {
    worker_ = std::thread([this] { Work(); });
  }
  ~Server() {
    {
      const std::lock_guard lock(job_mutex_);
      ending_ = true;
      if (job_ != nullptr) job_->stop.Stop();
    }
    job_wanted_.notify_one();
    worker_.join();
  }

  int Run() {
    for (;;) {
      std::optional<Incoming> incoming;
      if (channel_.idle() && Idle()) {
        incoming = channel_.Wait(Clock::now());  // more to do: only look whether something came
      } else {
        incoming = channel_.Wait(NextDeadline());
      }
      if (incoming) {
        switch (incoming->kind) {
          case Incoming::Kind::kMessage:
            Message(incoming->message);
            break;
          case Incoming::Kind::kNotJson: Fail(nullptr, kParseError, "this message is not JSON"); break;
          case Incoming::Kind::kGarbage: Fail(nullptr, kParseError, "bytes that are no message were passed over"); break;
          case Incoming::Kind::kTooLong: Fail(nullptr, kInvalidRequest, "this message is too long"); break;
          case Incoming::Kind::kClosed:
          case Incoming::Kind::kParentGone: return state_ == State::kShutDown ? 0 : 1;
          case Incoming::Kind::kWoken: break;
        }
        if (exit_) return *exit_;
      }
      Tick();
    }
  }

 private:
  // ---- the second thread
  void Work() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock lock(job_mutex_);
        job_wanted_.wait(lock, [&] { return ending_ || (job_ != nullptr && !job_->done) || !retired_.empty(); });
        if (ending_) return;
        std::vector<std::shared_ptr<const void>> retired = std::move(retired_);
        retired_.clear();
        job = job_;
        lock.unlock();
        retired.clear();  // large programs take their time to go
        if (job == nullptr || job->done) continue;
      }
      std::string failure;
      try {
        job->result = job->root->workspace->Look(job->stop, &job->progress);
      } catch (const std::exception& e) {
        failure = e.what();
      }
      malloc_trim(kTrimKeep);  // what working it out took
      {
        const std::lock_guard lock(job_mutex_);
        job->done = true;
        if (!failure.empty()) failures_.push_back(failure);
      }
      channel_.Wake();
    }
  }

  void Retire(std::shared_ptr<const void> what) {
    if (what == nullptr || what.use_count() > 1) return;
    {
      const std::lock_guard lock(job_mutex_);
      retired_.push_back(std::move(what));
    }
    job_wanted_.notify_one();
  }

  // ---- messages out
  void Answer(const Json& id, Json result) {
    channel_.Send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  }
  void Fail(const Json& id, int code, const std::string& text) {
    channel_.Send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", text}}}});
  }
  void Notify(const char* method, Json params) {
    channel_.Send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
  }
  using Reply = void (Server::*)(const Json& result);
  void Ask(const char* method, Json params, Reply then = nullptr) {
    const std::string id = Cat("looplint-", ++asked_);
    if (then != nullptr) replies_[id] = then;
    Json message = {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
    if (!params.is_null()) message["params"] = std::move(params);
    channel_.Send(message);
  }
  void Log(int type, const std::string& text) {
    if (state_ == State::kRunning) Notify("window/logMessage", {{"type", type}, {"message", Cat("looplint: ", text)}});
  }

  // ---- messages in
  void Message(const Json& message) {
    if (!message.is_object()) return Fail(nullptr, kInvalidRequest, "a message is an object; batches are not part of the protocol");
    const Json& id = At(message, "id");
    const Json& method = At(message, "method");
    const bool request = message.contains("id") && message.contains("method");
    if (!message.contains("method")) {
      if (id.is_string()) {
        const auto it = replies_.find(id.get<std::string>());
        if (it != replies_.end()) {
          const Reply reply = it->second;
          replies_.erase(it);
          if (!message.contains("error")) (this->*reply)(At(message, "result"));
        }
      } else if (!message.contains("result") && !message.contains("error")) {
        Fail(nullptr, kInvalidRequest, "a message without a method");
      }
      return;
    }
    if (!method.is_string() || (request && !id.is_string() && !id.is_number_integer())) {
      return Fail(nullptr, kInvalidRequest, "a method is a string, an id a string or an integer");
    }
    const std::string name = method.get<std::string>();
    const Json& params = At(message, "params");
    // What fails in here is ours to name; the next message is served all the same.
    try {
      if (request) {
        Request(id, name, params);
      } else {
        Notification(name, params);
      }
    } catch (const std::exception& e) {
      if (request) Fail(id, kInternalError, Cat(name, ": ", e.what()));
      Log(1, Cat(name, " failed: ", e.what()));
    }
  }

  void Request(const Json& id, const std::string& method, const Json& params) {
    if (channel_.TakeCancelled(id)) return Fail(id, kRequestCancelled, "cancelled");
    if (method == "initialize") {
      if (state_ != State::kNew) return Fail(id, kInvalidRequest, "initialized already");
      return Initialize(id, params);
    }
    if (state_ == State::kNew) return Fail(id, kNotInitialized, Cat(method, " before initialize"));
    if (state_ == State::kShutDown) return Fail(id, kInvalidRequest, Cat(method, " after shutdown"));
    if (method == "shutdown") {
      state_ = State::kShutDown;
      for (const Deferred& d : deferred_) Fail(d.id, kRequestCancelled, "the server shuts down");
      deferred_.clear();
      return Answer(id, nullptr);
    }
    if (method == "workspace/diagnostic") return WorkspaceDiagnostic(id, params);
    if (method == "workspace/executeCommand") return Command(id, params);
    if (method == "codeAction/resolve") return Answer(id, params);  // edits are not held back
    if (method == "callHierarchy/incomingCalls" || method == "callHierarchy/outgoingCalls") {
      deferred_.push_back({id, method, params});
      return ServeDeferred();
    }
    static const std::set<std::string> of_documents = {
        "textDocument/diagnostic", "textDocument/codeAction", "textDocument/hover", "textDocument/codeLens", "textDocument/inlayHint",
        "textDocument/prepareCallHierarchy", "textDocument/documentLink", "textDocument/completion"};
    if (!of_documents.contains(method)) return Fail(id, kMethodNotFound, Cat("looplint does not know ", method));
    const std::string uri = StringAt(At(params, "textDocument"), "uri");
    if (uri.empty()) return Fail(id, kInvalidParams, Cat(method, " needs textDocument.uri"));
    Document* document = Find(uri);
    if (method == "textDocument/diagnostic") return Diagnostic(id, document, params);
    if (document == nullptr) return Answer(id, nullptr);
    if (method == "textDocument/documentLink") {
      if (document->kind != Document::Kind::kManifest) return Answer(id, Json::array());
      return Answer(id, ManifestLinks(document->text, std::string(DirName(document->path)), client_));
    }
    if (method == "textDocument/completion") {
      const LineIndex lines(document->text);
      const uint32_t offset = OffsetOf(lines, At(params, "position"), client_.unit);
      if (document->kind == Document::Kind::kConfig) return Answer(id, CompleteConfig(document->text, offset, client_));
      if (document->kind == Document::Kind::kSource) return Answer(id, CompleteComment(document->text, offset, client_));
      return Answer(id, nullptr);
    }
    if (document->kind != Document::Kind::kSource || document->root == nullptr) return Answer(id, nullptr);
    if (method == "textDocument/codeLens" || method == "textDocument/inlayHint" || method == "textDocument/prepareCallHierarchy") {
      // Of the whole program: half of it would count half the callers.
      deferred_.push_back({id, method, params});
      return ServeDeferred();
    }
    Refresh(*document);
    if (document->kept && document->shown == nullptr) document->shown = document->root->workspace->Glance(document->relative);
    WithSubject(*document, document->shown, [&](const Subject* subject) {
      if (subject == nullptr) return Answer(id, method == "textDocument/codeAction" ? Json::array() : Json());
      const LineIndex& lines = subject->lines.Of(subject->file);
      if (method == "textDocument/hover") return Answer(id, Hover(*subject, OffsetOf(lines, At(params, "position"), client_.unit)));
      const Json& range = At(params, "range");
      const Span span{OffsetOf(lines, At(range, "start"), client_.unit), OffsetOf(lines, At(range, "end"), client_.unit)};
      Answer(id, client_.action_literals ? CodeActions(*subject, span, At(params, "context")) : Json::array());
    });
  }

  void Notification(const std::string& method, const Json& params) {
    if (method == "exit") {
      exit_ = state_ == State::kShutDown ? 0 : 1;
      return;
    }
    if (method == "$/cancelRequest") {
      const Json& id = At(params, "id");
      const auto it = std::ranges::find(deferred_, id, &Deferred::id);
      if (it != deferred_.end()) {
        Fail(id, kRequestCancelled, "cancelled");
        deferred_.erase(it);
      }
      channel_.TakeCancelled(id);
      return;
    }
    if (state_ != State::kRunning) return;
    if (method == "initialized") {
      Initialized();
    } else if (method == "textDocument/didOpen") {
      Open(At(params, "textDocument"));
    } else if (method == "textDocument/didChange") {
      Change(params);
    } else if (method == "textDocument/didSave") {
      Saved(StringAt(At(params, "textDocument"), "uri"));
    } else if (method == "textDocument/didClose") {
      Close(StringAt(At(params, "textDocument"), "uri"));
    } else if (method == "workspace/didChangeConfiguration") {
      if (client_.configuration) {
        AskSettings();
      } else {
        const Json& settings = At(params, "settings");
        Apply(At(settings, "looplint").is_object() ? At(settings, "looplint") : settings);
      }
    } else if (method == "workspace/didChangeWatchedFiles") {
      Watched(At(params, "changes"));
    } else if (method == "workspace/didChangeWorkspaceFolders") {
      Folders(At(params, "event"));
    } else if (method == "window/workDoneProgress/cancel") {
      const std::lock_guard lock(job_mutex_);
      if (job_ != nullptr && At(params, "token") == job_->token) {
        job_->stop.Stop();
        cancelled_by_user_ = true;
      }
    }
  }

  // ---- life
  void Initialize(const Json& id, const Json& params) {
    client_ = Client::Of(params);
    const Json& options = At(params, "initializationOptions");
    initial_ = Settings::Of(At(options, "looplint").is_object() ? At(options, "looplint") : options, {});
    if (options_.threads > 0) initial_.threads = options_.threads;
    settings_ = initial_;
    state_ = State::kRunning;
    std::vector<std::string> folders;
    if (const Json& list = At(params, "workspaceFolders"); list.is_array()) {
      for (const Json& f : list) folders.push_back(PathOf(StringAt(f, "uri")));
    }
    if (folders.empty()) folders.push_back(PathOf(StringAt(params, "rootUri")));
    if (folders.size() == 1 && folders[0].empty()) folders[0] = StringAt(params, "rootPath");
    Json text = {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}};
    Json capabilities = {
        {"positionEncoding", client_.unit_name()},
        {"textDocumentSync", std::move(text)},
        {"codeActionProvider", {{"codeActionKinds", {"quickfix", "source.fixAll.looplint"}}, {"resolveProvider", true}}},
        {"hoverProvider", true},
        {"codeLensProvider", {{"resolveProvider", false}}},
        {"inlayHintProvider", {{"resolveProvider", false}}},
        {"callHierarchyProvider", true},
        {"documentLinkProvider", {{"resolveProvider", false}}},
        {"completionProvider", {{"triggerCharacters", {"\"", "/", "-"}}, {"resolveProvider", false}}},
        {"executeCommandProvider", {{"commands", {"looplint.explain", "looplint.showGraph", "looplint.reindex", "looplint.status"}}}},
        {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}}};
    if (client_.pull) {
      capabilities["diagnosticProvider"] = {{"identifier", "looplint"}, {"interFileDependencies", true}, {"workspaceDiagnostics", true}};
    }
    Answer(id, {{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", "looplint"}, {"version", options_.version}}}});
    if (const int64_t parent = IntAt(params, "processId"); parent > 1) channel_.WatchParent(parent);
    for (const std::string& folder : folders) AddFolder(folder);
  }

  void Initialized() {
    if (client_.register_configuration) {
      Ask("client/registerCapability",
          {{"registrations",
            {{{"id", "looplint-configuration"}, {"method", "workspace/didChangeConfiguration"}, {"registerOptions", {{"section", "looplint"}}}}}}});
    }
    Watch();
    if (client_.configuration) AskSettings();
    for (const auto& root : roots_) TellConfiguration(*root);
  }

  // Asks to be told of all files on disk that findings depend on. What configurations extend may have any name, lie
  // anywhere and change with them: then again.
  void Watch() {
    if (!client_.watch || state_ != State::kRunning) return;
    Json watchers = Json::array();
    for (const char* glob :
         {"**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts}", "**/package.json", "**/looplint.{json,jsonc}", "**/{tsconfig,jsconfig}*.json",
          "**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb}",
          "**/{pnpm-workspace.yaml,.npmrc,.yarnrc,.yarnrc.yml,bunfig.toml}", "**/{.gitignore,.looplintignore}",
          "**/{Dockerfile,Containerfile,Procfile}*", "**/*.{Dockerfile,dockerfile}", "**/.{github,gitea,forgejo,circleci}/**/*.{yml,yaml}",
          "**/{.gitlab-ci,azure-pipelines,bitbucket-pipelines,.travis}.{yml,yaml}"}) {
      watchers.push_back({{"globPattern", glob}});
    }
    std::set<std::string> sources;
    for (const auto& root : roots_) {
      for (const std::string& source : root->workspace->config()->sources) sources.insert(JoinPath(root->workspace->root(), source));
    }
    for (const std::string& path : sources) {
      if (client_.relative_watch) {
        watchers.push_back({{"globPattern", {{"baseUri", UriOf(DirName(path))}, {"pattern", std::string(BaseName(path))}}}});
      } else {
        watchers.push_back({{"globPattern", path}});
      }
    }
    if (watchers == watched_) return;
    constexpr const char* kMethod = "workspace/didChangeWatchedFiles";
    const auto id = [&] { return Cat("looplint-watch-", watches_); };
    if (!watched_.is_null()) Ask("client/unregisterCapability", {{"unregisterations", {{{"id", id()}, {"method", kMethod}}}}});
    watched_ = watchers;
    ++watches_;
    Ask("client/registerCapability",
        {{"registrations", {{{"id", id()}, {"method", kMethod}, {"registerOptions", {{"watchers", std::move(watchers)}}}}}}});
  }

  void AskSettings() { Ask("workspace/configuration", {{"items", {{{"section", "looplint"}}}}}, &Server::GotSettings); }
  void GotSettings(const Json& result) {
    if (result.is_array() && !result.empty()) Apply(result[0]);
  }
  void Apply(const Json& json) {
    const Settings settings = Settings::Of(json, initial_);
    if (settings == settings_) return;
    settings_ = settings;
    for (const auto& root : roots_) {
      root->workspace->Reconfigure(OptionsOf());
      TellConfiguration(*root);
      LookSoon(*root, true);
    }
    for (auto& [uri, document] : documents_) Stale(document, Document::Stale::kSelf);
    RefreshViews();
  }
  Workspace::Options OptionsOf() const {
    Workspace::Options options;
    options.config = settings_.config;
    options.rules = settings_.rules;
    options.threads = settings_.threads;
    options.cache = options_.cache;
    return options;
  }

  // ---- folders
  std::shared_ptr<Root> AddRoot(const std::string& path, bool folder) {
    auto root = std::make_shared<Root>();
    Workspace::Options options = OptionsOf();
    if (!options.config.empty()) options.config = JoinPath(path, options.config);
    root->workspace = std::make_unique<Workspace>(path, std::move(options));
    root->folder = folder;
    for (const auto& other : roots_) {
      if (other->workspace->root() == root->workspace->root() && other->workspace->folder() == path) return other;
    }
    roots_.push_back(root);
    LookSoon(*root, true);
    return root;
  }
  void AddFolder(const std::string& path) {
    if (path.empty() || DiskFileSystem().Type(path) != FileType::kDirectory) return;
    AddRoot(NormalizePath(path), true);
  }
  void Folders(const Json& event) {
    if (const Json& removed = At(event, "removed"); removed.is_array()) {
      for (const Json& f : removed) {
        const std::string path = PathOf(StringAt(f, "uri"));
        for (size_t i = 0; i < roots_.size(); ++i) {
          if (!roots_[i]->folder || roots_[i]->workspace->folder() != path) continue;
          const std::shared_ptr<Root> gone = roots_[i];
          StopLook(*gone);
          roots_.erase(roots_.begin() + static_cast<ptrdiff_t>(i));
          for (auto& [uri, document] : documents_) {
            if (document.root == gone) Place(document);
          }
          break;
        }
      }
    }
    if (const Json& added = At(event, "added"); added.is_array()) {
      for (const Json& f : added) AddFolder(PathOf(StringAt(f, "uri")));
      // A folder within another takes its files.
      for (auto& [uri, document] : documents_) Place(document);
    }
  }
  // The innermost folder that holds `path`; null when there is none.
  std::shared_ptr<Root> RootOf(const std::string& path) const {
    std::shared_ptr<Root> best;
    for (const auto& root : roots_) {
      const std::string& folder = root->workspace->root();
      if (!path.starts_with(folder) || (folder != "/" && path.size() > folder.size() && path[folder.size()] != '/')) continue;
      if (best == nullptr || folder.size() > best->workspace->root().size()) best = root;
    }
    return best;
  }
  std::string Relative(const Root& root, const std::string& path) const {
    return std::filesystem::path(path).lexically_relative(root.workspace->root()).generic_string();
  }
  static bool IsConfigName(std::string_view path) {
    return std::ranges::any_of(kConfigNames, [&](std::string_view name) { return BaseName(path) == name; });
  }
  bool IsConfig(const Root& root, const std::string& path) const {
    if (IsConfigName(path)) return true;
    return std::ranges::any_of(root.workspace->config()->sources,
                               [&](const std::string& s) { return JoinPath(root.workspace->root(), s) == path; });
  }

  // ---- documents
  Document* Find(const std::string& uri) {
    const auto it = documents_.find(uri);
    return it == documents_.end() ? nullptr : &it->second;
  }

  // Finds the workspace of a document and lays its text there.
  void Place(Document& d) {
    std::shared_ptr<Root> root = d.path.empty() ? nullptr : RootOf(d.path);
    d.kind = IsConfigName(d.path) ? Document::Kind::kConfig
             : BaseName(d.path) == "package.json" ? Document::Kind::kManifest
             : IsSourceName(d.path) ? Document::Kind::kSource
                                    : Document::Kind::kOther;
    if (root != nullptr && d.kind == Document::Kind::kOther && IsConfig(*root, d.path)) d.kind = Document::Kind::kConfig;
    if (root == nullptr && d.kind == Document::Kind::kSource && !d.path.empty()) root = AddRoot(d.path, false);
    if (root == d.root) return;
    if (d.root != nullptr) d.root->workspace->Lift(d.relative);
    d.root = std::move(root);
    d.shown = nullptr;
    d.kept.reset();
    if (d.root == nullptr) return;
    d.relative = Relative(*d.root, d.path);
    if (d.kind == Document::Kind::kOther) return;
    d.root->workspace->Lay(d.relative, d.text);
    Stale(d, Document::Stale::kSelf);
    LookSoon(*d.root, false);
  }

  void Open(const Json& item) {
    const std::string uri = StringAt(item, "uri");
    if (uri.empty() || !At(item, "text").is_string()) return Log(2, "didOpen without uri or text");
    Document& d = documents_[uri];
    const bool again = !d.uri.empty();
    d.uri = uri;
    d.path = PathOf(uri);
    d.text = StringAt(item, "text");
    d.version = At(item, "version");
    if (again) return Edited(d);
    Place(d);
  }

  void Change(const Json& params) {
    const Json& item = At(params, "textDocument");
    Document* d = Find(StringAt(item, "uri"));
    if (d == nullptr) return Log(2, "didChange of a document that is not open");
    if (!ApplyChanges(d->text, At(params, "contentChanges"), client_.unit)) Log(2, "didChange with changes of an unknown form");
    d->version = At(item, "version");
    Edited(*d);
  }

  void Edited(Document& d) {
    if (d.root == nullptr || d.kind == Document::Kind::kOther) return;
    StopLook(*d.root);
    d.root->workspace->Lay(d.relative, d.text);
    if (d.kind == Document::Kind::kConfig) d.root->stale_config = true;
    if (settings_.on_type) Spread(d);
  }

  // A document changed: so may it and those around it.
  void Spread(Document& d) {
    if (d.kind == Document::Kind::kSource) {
      Stale(d, Document::Stale::kSelf);
      for (auto& [uri, other] : documents_) {
        if (&other == &d || other.root != d.root || other.kind != Document::Kind::kSource) continue;
        const std::set<std::string>& seen = d.root->workspace->Seen(other.relative);
        if (seen.empty() || seen.contains(d.relative)) Stale(other, Document::Stale::kAround);
      }
    }
    LookSoon(*d.root, false);
  }

  void Saved(const std::string& uri) {
    Document* d = Find(uri);
    if (d == nullptr || d->root == nullptr) return;
    if (!settings_.on_type) Spread(*d);
    if (!client_.watch) TouchPath(*d->root, d->path);
    if (d->kind == Document::Kind::kConfig) {
      d->root->stale_config = true;
      LookSoon(*d->root, false);
    }
  }

  void Close(const std::string& uri) {
    const auto it = documents_.find(uri);
    if (it == documents_.end()) return;
    Document d = std::move(it->second);
    documents_.erase(it);
    if (d.root != nullptr && d.kind != Document::Kind::kOther) {
      StopLook(*d.root);
      d.root->workspace->Lift(d.relative);
      if (d.kind == Document::Kind::kConfig) d.root->stale_config = true;
      LookSoon(*d.root, false);
      if (!d.root->folder && std::ranges::none_of(documents_, [&](const auto& other) { return other.second.root == d.root; })) {
        std::erase(roots_, d.root);
      }
    }
    if (!d.pushed.is_null() && !d.pushed.empty()) Publish(d.uri, nullptr, Json::array());
    Retire(std::move(d.shown));
  }

  void TouchPath(Root& root, const std::string& path) {
    if (IsConfig(root, path) || BaseName(path) == "package.json") root.stale_config = true;
    root.workspace->Touch(Relative(root, path));
    LookSoon(root, false);
  }

  void Watched(const Json& changes) {
    if (!changes.is_array()) return;
    std::set<Root*> many;
    for (const Json& change : changes) {
      const std::string path = PathOf(StringAt(change, "uri"));
      if (path.empty()) continue;
      for (const auto& root : roots_) {
        const bool inside = RootOf(path) == root || path.starts_with(root->workspace->root() + "/");
        if (!inside && !IsConfig(*root, path)) continue;
        // After a checkout the whole tree may be another.
        if (changes.size() > 500) {
          many.insert(root.get());
        } else {
          StopLook(*root);
          TouchPath(*root, path);
        }
      }
    }
    for (Root* root : many) {
      StopLook(*root);
      root->stale_config = true;
      root->workspace->TouchAll();
      LookSoon(*root, false);
    }
  }

  // ---- looks
  void LookSoon(Root& root, bool now) {
    root.due = Clock::now() + (now ? milliseconds(0) : kRest);
    cancelled_by_user_ = false;
  }
  // What a look would find is no longer wanted. The first one only reads, which is wanted whatever was typed.
  void StopLook(Root& root) {
    const std::lock_guard lock(job_mutex_);
    if (job_ != nullptr && job_->root.get() == &root && root.looks > 0) job_->stop.Stop();
  }

  std::optional<Clock::time_point> NextDeadline() {
    std::optional<Clock::time_point> next;
    const auto at = [&](Clock::time_point t) { next = next ? std::min(*next, t) : t; };
    bool busy;
    {
      const std::lock_guard lock(job_mutex_);
      busy = job_ != nullptr;
      if (busy && client_.progress) at(job_->shown ? Clock::now() + milliseconds(200) : job_->begun + kShowAfter);
    }
    if (!busy) {
      for (const auto& root : roots_) {
        if (root->due) at(*root->due);
      }
    }
    for (const Deferred& d : deferred_) {
      if (d.until) at(*d.until);
    }
    if (release_due_ && !busy) at(*release_due_);
    return next;
  }

  // After every message, and when time has passed.
  void Tick() {
    std::shared_ptr<Job> done;
    {
      const std::lock_guard lock(job_mutex_);
      for (const std::string& failure : failures_) Log(1, Cat("the analysis failed: ", failure));
      failures_.clear();
      if (job_ != nullptr && job_->done) done = std::move(job_), job_ = nullptr;
    }
    if (done != nullptr) Looked(*done);
    if (state_ != State::kRunning) return;
    ShowProgress();
    {
      const std::lock_guard lock(job_mutex_);
      if (job_ == nullptr && !cancelled_by_user_) {
        for (const auto& root : roots_) {
          if (!root->due || *root->due > Clock::now()) continue;
          root->due.reset();
          if (root->stale_config) {
            root->stale_config = false;
            root->workspace->Reconfigure(OptionsOf());
            TellConfiguration(*root);
          }
          job_ = std::make_shared<Job>();
          job_->root = root;
          job_->begun = Clock::now();
          break;
        }
        if (job_ != nullptr) job_wanted_.notify_one();
      }
    }
    ServeDeferred();
    if (release_due_ && *release_due_ <= Clock::now()) Release();
  }

  // ---- memory
  // A look needs all models at once; what is kept when the keys rest need not. Above the limit goes what is had again by
  // a look: programs first, then models, those of files that no open one has to do with before others.
  void Release() {
    {
      const std::lock_guard lock(job_mutex_);
      if (job_ != nullptr) return;  // its end comes back here
    }
    release_due_.reset();
    const uint64_t limit = static_cast<uint64_t>(settings_.memory_limit) << 20;
    if (limit == 0 || Resident() <= limit) return;
    malloc_trim(0);
    const uint64_t before = Resident();
    if (before <= limit) return;
    uint64_t sources = 0;
    for (const auto& root : roots_) {
      if (root->whole != nullptr && root->Current()) LetGo(root);
      root->workspace->Release(UINT64_MAX);
      sources += root->workspace->source_bytes();
    }
    malloc_trim(0);
    if (const uint64_t now = Resident(); now > limit) {
      const uint64_t keep = sources - std::min(sources, now - limit);
      for (const auto& root : roots_) root->workspace->Release(keep * root->workspace->source_bytes() / std::max<uint64_t>(sources, 1));
      malloc_trim(0);
    }
    Log(4, Cat("let go of what can be had again: ", before >> 20, " MiB were in use, ", Resident() >> 20, " are"));
  }
  // Of a program only the findings stay.
  void LetGo(const std::shared_ptr<Root>& root) {
    EachReport(*root, [&](const std::string& uri, Json items) {
      root->told[uri] = {ResultId(items), items.dump(-1, ' ', false, Json::error_handler_t::replace)};
    });
    root->files = root->whole->program.project.size();
    root->lines = root->whole->lines();
    root->released = true;
    for (auto& [uri, document] : documents_) {
      if (document.root != root || document.shown == nullptr) continue;
      if (document.stale == Document::Stale::kNo) document.kept = Items(document);
      document.shown = nullptr;
    }
    root->callers.reset();
    root->whole = nullptr;
  }
  void InUse() {
    if (release_due_) release_due_ = Clock::now() + kKeepProgram;
  }
  // Is the whole program at hand? One that was released comes back soon.
  bool AtHand(Root& root) {
    InUse();
    if (root.Current()) return true;
    if (root.released) {
      root.released = false;
      LookSoon(root, true);
    }
    return false;
  }

  void Looked(Job& job) {
    EndProgress(job);
    Root& root = *job.root;
    if (job.result == nullptr) {
      // Overtaken: again, once the keys rest.
      if (!root.due && !cancelled_by_user_) LookSoon(root, root.looks == 0);
      return;
    }
    ++root.looks;
    for (const Unreadable& u : job.result->unreadable) {
      if (unreadable_told_.insert(Cat(u.path, u.reason)).second) Log(2, Cat(u.path, ": ", u.reason));
    }
    if (const absl::Status& status = job.result->configuration; !status.ok()) {
      if (failures_told_.insert(std::string(status.message())).second) Log(1, Cat("the configuration: ", std::string(status.message())));
    }
    for (const std::string& failure : job.result->failures) {
      if (failures_told_.insert(failure).second) Log(1, Cat("a rule failed: ", failure));
    }
    Watch();  // configurations further down were found
    root.callers.reset();
    Retire(std::exchange(root.whole, job.result));
    root.known = root.whole->generation;
    root.state = WorkspaceState(root);
    root.told.clear();
    root.released = false;
    release_due_ = Clock::now() + kKeepProgram;
    if (!root.Current()) {
      if (root.whole->recalled) LetGo(job.root);
      if (!root.due) LookSoon(root, false);
      return;
    }
    bool refresh = false;
    for (auto& [uri, document] : documents_) {
      if (document.root.get() != &root) continue;
      Retire(std::exchange(document.shown, root.whole));
      document.kept.reset();
      document.stale = Document::Stale::kNo;
      refresh |= Tell(document);
    }
    root.workspace->Remember();
    if (root.whole->recalled) LetGo(job.root);  // the program is linked when somebody asks for it
    // Files that are not open change as well.
    if (client_.pull && (refresh || root.folder)) refresh_wanted_ = true;
    RefreshViews();
  }

  void RefreshViews() {
    if (client_.refresh_lenses && settings_.code_lens) Ask("workspace/codeLens/refresh", nullptr);
    if (client_.refresh_hints && settings_.inlay_hints) Ask("workspace/inlayHint/refresh", nullptr);
  }

  // One piece of work; true when there may be more.
  bool Idle() {
    if (state_ != State::kRunning) return false;
    Document* next = nullptr;
    for (auto& [uri, document] : documents_) {
      if (document.stale == Document::Stale::kNo) continue;
      if (next == nullptr || document.stale > next->stale) next = &document;
    }
    if (next != nullptr) {
      if (client_.pull && next->stale == Document::Stale::kSelf) {
        // Its client asks when it wants to know. What was typed elsewhere it cannot know of.
        next->stale = Document::Stale::kAround;
        return true;
      }
      Refresh(*next);
      if (Tell(*next)) refresh_wanted_ = true;
      return true;
    }
    if (refresh_wanted_) {
      refresh_wanted_ = false;
      if (client_.refresh_diagnostics) {
        const std::string state = StateOfPulls();
        if (state != refreshed_state_) Ask("workspace/diagnostic/refresh", nullptr);
        refreshed_state_ = state;
      }
      ServeDeferred();
    }
    return false;
  }

  // All that a client could ask for, in one word: to refresh only when an answer would differ.
  std::string StateOfPulls() {
    Json all = Json::array();
    for (auto& [uri, document] : documents_) all.push_back({uri, ResultId(Items(document))});
    for (const auto& root : roots_) {
      if (root->folder) all.push_back(root->state);
    }
    return ResultId(all);
  }
  std::string WorkspaceState(const Root& root) const {
    Json all = Json::array();
    const Project& project = root.whole->program.project;
    for (const Finding& f : root.whole->findings) {
      all.push_back({project[f.at.file].path, f.at.span.start, f.at.span.end, std::string(f.rule->id), f.message});
    }
    return ResultId(all);
  }

  // ---- diagnostics
  void Stale(Document& d, Document::Stale how) {
    if (d.kind == Document::Kind::kSource && d.root != nullptr) d.stale = std::max(d.stale, how);
  }

  // Makes `shown` speak of the text now.
  void Refresh(Document& d) {
    if (d.stale == Document::Stale::kNo || d.root == nullptr) return;
    d.stale = Document::Stale::kNo;
    d.kept.reset();
    Retire(std::exchange(d.shown, d.root->workspace->Glance(d.relative)));
  }

  template <typename Then>
  void WithSubject(const Document& d, const std::shared_ptr<const Snapshot>& snapshot, Then then) {
    const FileId file = snapshot == nullptr ? kNone<FileId> : snapshot->program.project.Find(d.relative);
    if (!Some(file) || !settings_.enable) return then(static_cast<const Subject*>(nullptr));
    ProgramLines lines(snapshot->program.project, client_.unit);
    const Subject subject{*snapshot, file, client_, [&](const std::string& path) { return UriIn(*d.root, path); }, d.version, lines};
    then(&subject);
  }
  std::string UriIn(const Root& root, const std::string& path) const {
    const std::string absolute = JoinPath(root.workspace->root(), path);
    for (const auto& [uri, document] : documents_) {
      if (document.path == absolute) return uri;
    }
    return UriOf(absolute);
  }

  Json Items(const Document& d) {
    if (d.kept && settings_.enable) return *d.kept;
    Json items = Json::array();
    WithSubject(d, d.shown, [&](const Subject* subject) {
      if (subject != nullptr) items = DiagnosticsOf(*subject);
    });
    return items;
  }

  void Publish(const std::string& uri, const Json& version, const Json& items) {
    Json params = {{"uri", uri}, {"diagnostics", items}};
    if (version.is_number_integer()) params["version"] = version;
    Notify("textDocument/publishDiagnostics", std::move(params));
  }

  // Pushes what is new; for clients that ask, whether they should.
  bool Tell(Document& d) {
    if (d.root == nullptr) return false;
    Json items = Items(d);
    // Manifests, lockfiles and the like have findings of the whole program only.
    if (d.kind != Document::Kind::kSource && items.empty() && d.pushed.empty() && d.pulled.empty()) return false;
    if (client_.pull) return !d.pulled.empty() && ResultId(items) != d.pulled;
    if (items == d.pushed && d.version == d.pushed_version) return false;
    Publish(d.uri, d.version, items);
    d.pushed = std::move(items);
    d.pushed_version = d.version;
    return false;
  }

  void Diagnostic(const Json& id, Document* document, const Json& params) {
    Json items = Json::array();
    if (document != nullptr && document->root != nullptr) {
      Refresh(*document);
      items = Items(*document);
    }
    const std::string result = ResultId(items);
    if (document != nullptr) document->pulled = result;
    if (StringAt(params, "previousResultId") == result) return Answer(id, {{"kind", "unchanged"}, {"resultId", result}});
    Answer(id, {{"kind", "full"}, {"resultId", result}, {"items", std::move(items)}});
  }

  void WorkspaceDiagnostic(const Json& id, const Json& params) {
    Deferred d{id, "workspace/diagnostic", params};
    deferred_.push_back(std::move(d));
    ServeDeferred();
  }

  // Files with findings, as the last look saw them.
  template <typename Add>
  void EachReport(const Root& root, Add add) {
    const Snapshot& whole = *root.whole;
    ProgramLines lines(whole.program.project, client_.unit);
    FileId last = kNone<FileId>;
    for (const Finding& f : whole.findings) {
      if (f.at.file == last) continue;
      last = f.at.file;
      const std::string& path = whole.program.project[last].path;
      if (!root.workspace->Reports(path)) continue;
      const Subject subject{whole, last, client_, [&](const std::string& p) { return UriIn(root, p); }, Json(), lines};
      add(UriIn(root, path), DiagnosticsOf(subject));
    }
  }

  // False when there is nothing new and the answer may wait.
  bool AnswerWorkspaceDiagnostic(Deferred& d) {
    std::map<std::string, std::string> before;
    if (const Json& previous = At(d.params, "previousResultIds"); previous.is_array()) {
      for (const Json& p : previous) before[StringAt(p, "uri")] = StringAt(p, "value");
    }
    std::map<std::string, Json> reports;
    bool news = before.empty();
    const auto report = [&](const std::string& uri, const Json& version, const std::string& result, const auto& items) {
      const auto it = before.find(uri);
      const bool same = it != before.end() && it->second == result;
      news |= !same;
      Json r = {{"kind", same ? "unchanged" : "full"}, {"uri", uri}, {"version", version}, {"resultId", result}};
      if (!same) r["items"] = items();
      reports[uri] = std::move(r);
    };
    const auto report_now = [&](const std::string& uri, const Json& version, Json items) {
      report(uri, version, ResultId(items), [&] { return std::move(items); });
    };
    for (auto& [uri, document] : documents_) {
      if (document.root == nullptr) continue;
      Refresh(document);
      report_now(uri, document.version, Items(document));
    }
    for (const auto& root : roots_) {
      if (!root->folder || !settings_.enable) continue;
      for (const auto& [uri, told] : root->told) {
        if (!reports.contains(uri)) report(uri, nullptr, told.result, [&, &told = told] { return Json::parse(told.items, nullptr, false); });
      }
      if (root->whole == nullptr) continue;
      EachReport(*root, [&](const std::string& uri, Json items) {
        if (!reports.contains(uri)) report_now(uri, nullptr, std::move(items));
      });
    }
    for (const auto& [uri, result] : before) {
      if (!reports.contains(uri)) report_now(uri, nullptr, Json::array());
    }
    if (!news && At(d.params, "partialResultToken") != Json()) {
      if (!d.until) d.until = Clock::now() + kHold;
      if (Clock::now() < *d.until) return false;
    }
    Json items = Json::array();
    const Json& token = At(d.params, "partialResultToken");
    const bool partial = token.is_string() || token.is_number_integer();
    for (auto& [uri, r] : reports) {
      items.push_back(std::move(r));
      if (partial && items.size() == kPartialReports) {
        Notify("$/progress", {{"token", token}, {"value", {{"items", std::move(items)}}}});
        items = Json::array();
      }
    }
    if (partial && !items.empty()) {
      Notify("$/progress", {{"token", token}, {"value", {{"items", std::move(items)}}}});
      items = Json::array();
    }
    Answer(d.id, {{"items", std::move(items)}});
    return true;
  }

  // What is wrong with the configuration, where it is.
  void TellConfiguration(Root& root) {
    std::map<std::string, Json> by_uri;
    const absl::Status& status = root.workspace->configuration_status();
    if (!status.ok()) {
      const std::string text(status.message());
      size_t at = 0;
      bool placed = false;
      while (at < text.size()) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        // path:line:column: message
        const size_t message = line.find(": ");
        const size_t second = message == std::string::npos ? message : line.rfind(':', message - 1);
        const size_t first = second == std::string::npos || second == 0 ? std::string::npos : line.rfind(':', second - 1);
        if (first == std::string::npos) continue;
        int row = 0, column = 0;
        const auto number = [&](size_t from, size_t to, int& out) {
          const auto [p, e] = std::from_chars(line.data() + from, line.data() + to, out);
          return e == std::errc() && p == line.data() + to && out > 0;
        };
        if (!number(first + 1, second, row) || !number(second + 1, message, column)) continue;
        placed = true;
        const std::string uri = UriIn(root, line.substr(0, first));
        const Json start = {{"line", row - 1}, {"character", column - 1}}, stop = {{"line", row - 1}, {"character", column}};
        Json& list = by_uri[uri];
        if (list.is_null()) list = Json::array();
        list.push_back({{"range", {{"start", start}, {"end", stop}}}, {"severity", 1}, {"source", "looplint"}, {"message", line.substr(message + 2)}});
      }
      if (!placed || state_ == State::kRunning) Log(1, Cat("the configuration: ", text));
    }
    for (const std::string& uri : config_told_) {
      if (!by_uri.contains(uri)) Publish(uri, nullptr, Json::array());
    }
    config_told_.clear();
    for (const auto& [uri, list] : by_uri) {
      Publish(uri, nullptr, list);
      config_told_.insert(uri);
    }
    Watch();
  }

  // ---- what waits for the whole program
  void ServeDeferred() {
    for (size_t i = 0; i < deferred_.size();) {
      bool served = false;
      try {
        served = Serve(deferred_[i]);
      } catch (const std::exception& e) {
        Fail(deferred_[i].id, kInternalError, Cat(deferred_[i].method, ": ", e.what()));
        served = true;
      }
      if (served) {
        deferred_.erase(deferred_.begin() + static_cast<ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  // False when it must go on waiting.
  bool Serve(Deferred& d) {
    if (d.method == "workspace/diagnostic") {
      for (const auto& root : roots_) {
        if (root->folder && root->looks == 0 && !cancelled_by_user_) return false;
      }
      if (d.until && Clock::now() < *d.until && !refresh_wanted_) return false;
      return AnswerWorkspaceDiagnostic(d);
    }
    if (d.method.starts_with("callHierarchy/")) {
      const Json& data = Deep(d.params, {"item", "data"});
      const std::string uri = StringAt(At(d.params, "item"), "uri");
      const std::shared_ptr<Root> root = RootOf(PathOf(uri));
      if (root == nullptr) return Answer(d.id, nullptr), true;
      if (!AtHand(*root)) return false;
      const FileId file = root->whole->program.project.Find(StringAt(data, "path"));
      const int64_t function = IntAt(data, "function", -1);
      if (!Some(file) || function < 0 || function >= static_cast<int64_t>(root->whole->program.project[file].model.functions.size())) {
        return Answer(d.id, Json::array()), true;
      }
      ProgramLines lines(root->whole->program.project, client_.unit);
      const Subject subject{*root->whole, file, client_, [&](const std::string& path) { return UriIn(*root, path); }, Json(), lines};
      const FunctionRef ref{file, static_cast<FunctionId>(function)};
      Answer(d.id, d.method.ends_with("incomingCalls") ? IncomingCalls(subject, root->CallersNow(), ref) : OutgoingCalls(subject, ref));
      return true;
    }
    Document* document = Find(StringAt(At(d.params, "textDocument"), "uri"));
    if (document == nullptr || document->root == nullptr) return Answer(d.id, nullptr), true;
    Root& root = *document->root;
    if (!AtHand(root) && !cancelled_by_user_) return false;
    if (root.whole == nullptr) return Answer(d.id, nullptr), true;
    WithSubject(*document, root.whole, [&](const Subject* subject) {
      if (subject == nullptr) return Answer(d.id, nullptr);
      if (d.method == "textDocument/codeLens") return Answer(d.id, settings_.code_lens ? CodeLenses(*subject, root.CallersNow()) : Json::array());
      const LineIndex& lines = subject->lines.Of(subject->file);
      if (d.method == "textDocument/prepareCallHierarchy") {
        return Answer(d.id, PrepareCallHierarchy(*subject, OffsetOf(lines, At(d.params, "position"), client_.unit)));
      }
      if (d.method == "textDocument/inlayHint") {
        const Json& range = At(d.params, "range");
        const Span span{OffsetOf(lines, At(range, "start"), client_.unit), OffsetOf(lines, At(range, "end"), client_.unit)};
        return Answer(d.id, settings_.inlay_hints ? InlayHints(*subject, span) : Json::array());
      }
      // looplint.showGraph
      const std::string graph = Graph(*subject, root.CallersNow(), OffsetOf(lines, At(d.params, "position"), client_.unit));
      Show("graph.md", graph);
      Answer(d.id, graph);
    });
    return true;
  }

  // ---- commands
  void Command(const Json& id, const Json& params) {
    const std::string command = StringAt(params, "command");
    const Json& arguments = At(params, "arguments");
    const Json first = arguments.is_array() && !arguments.empty() ? arguments[0] : Json();
    if (command == "looplint.explain") {
      const std::string rule_id = first.is_string() ? first.get<std::string>() : StringAt(first, "rule");
      const Rule* rule = FindAnyRule(rule_id);
      if (rule == nullptr) return Fail(id, kInvalidParams, Cat("there is no rule \"", rule_id, "\"", DidYouMean(rule_id, RuleWords())));
      const std::string page = MarkdownOf(*rule);
      std::string name(rule->id);
      std::replace(name.begin(), name.end(), '/', '-');
      Show(Cat(name, ".md"), page);
      return Answer(id, page);
    }
    if (command == "looplint.showGraph") {
      const std::string uri = StringAt(first, "uri");
      if (uri.empty() || !At(first, "position").is_object()) return Fail(id, kInvalidParams, "showGraph takes {uri, position}");
      deferred_.push_back({id, command, {{"textDocument", {{"uri", uri}}}, {"position", At(first, "position")}}, {}});
      return ServeDeferred();
    }
    if (command == "looplint.reindex") {
      for (const auto& root : roots_) {
        root->stale_config = true;
        root->workspace->TouchAll();
        LookSoon(*root, true);
      }
      return Answer(id, nullptr);
    }
    if (command == "looplint.status") {
      Json status = Json::array();
      for (const auto& root : roots_) {
        const bool here = root->whole != nullptr;
        Json s = {{"root", root->workspace->root()}, {"looks", root->looks}, {"current", root->Known()}, {"released", root->looks > 0 && !here}, {"files", nullptr}, {"lines", nullptr}};
        if (root->looks > 0) {
          s["files"] = here ? root->whole->program.project.size() : root->files;
          s["lines"] = here ? root->whole->lines() : root->lines;
        }
        status.push_back(std::move(s));
      }
      return Answer(id, {{"roots", status}, {"residentBytes", Resident()}});
    }
    Fail(id, kInvalidParams, Cat("looplint has no command ", command));
  }

  // Opens a text beside the code, where the client can.
  void Show(const std::string& name, const std::string& text) {
    if (!client_.show_document) return;
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error) / Cat("looplint-", getuid());
    std::filesystem::create_directories(folder, error);
    std::ofstream out(folder / name, std::ios::binary);
    if (!(out << text)) return;
    out.close();
    Ask("window/showDocument", {{"uri", UriOf((folder / name).string())}, {"takeFocus", true}});
  }

  // ---- progress
  void ShowProgress() {
    if (!client_.progress) return;
    std::shared_ptr<Job> job;
    {
      const std::lock_guard lock(job_mutex_);
      job = job_;
    }
    if (job == nullptr || job->done || Clock::now() < job->begun + kShowAfter) return;
    if (!job->shown) {
      job->shown = true;
      job->token = Cat("looplint-look-", ++tokens_);
      Ask("window/workDoneProgress/create", {{"token", job->token}});
      Notify("$/progress", {{"token", job->token},
                            {"value", {{"kind", "begin"}, {"title", "looplint"}, {"message", "reading the project"}, {"percentage", 0}, {"cancellable", true}}}});
    }
    const uint32_t phase = job->progress.phase;
    const uint64_t total = job->progress.total, done = std::min<uint64_t>(job->progress.done, total);
    const bool reading = phase <= static_cast<uint32_t>(Phase::kLower);
    const int percent = reading ? (total == 0 ? 0 : static_cast<int>(90 * done / total)) : 95;
    if (percent == job->percent) return;
    job->percent = percent;
    Notify("$/progress", {{"token", job->token},
                          {"value",
                           {{"kind", "report"},
                            {"message", reading ? Cat(done, " of ", total, " files") : std::string("the program as a whole")},
                            {"percentage", percent}}}});
  }
  void EndProgress(Job& job) {
    if (job.shown) Notify("$/progress", {{"token", job.token}, {"value", {{"kind", "end"}}}});
  }

  Channel& channel_;
  const ServerOptions options_;
  enum class State : uint8_t { kNew, kRunning, kShutDown } state_ = State::kNew;
  std::optional<int> exit_;
  Client client_;
  Settings initial_, settings_;
  std::vector<std::shared_ptr<Root>> roots_;
  std::map<std::string, Document> documents_;  // by URI
  std::vector<Deferred> deferred_;
  std::map<std::string, Reply> replies_;
  uint64_t asked_ = 0, tokens_ = 0, watches_ = 0;
  Json watched_;  // what was last registered
  std::set<std::string> config_told_, unreadable_told_, failures_told_;
  bool refresh_wanted_ = false, cancelled_by_user_ = false;
  std::optional<Clock::time_point> release_due_;
  std::string refreshed_state_;

  std::mutex job_mutex_;
  std::condition_variable job_wanted_;
  std::shared_ptr<Job> job_;
  std::vector<std::shared_ptr<const void>> retired_;
  std::vector<std::string> failures_;
  bool ending_ = false;
  std::thread worker_;
};

}  // namespace

int Serve(Channel& channel, const ServerOptions& options) { return Server(channel, options).Run(); }

}  // namespace looplint::lsp
