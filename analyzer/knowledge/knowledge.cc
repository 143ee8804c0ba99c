#include "analyzer/knowledge/knowledge.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/knowledge/embedded.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using internal::EmbeddedDocument;

// Not absl::StrCat: some distributions build Abseil with a string_view of its own, which std's does not convert to.
std::string Cat(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (std::string_view part : parts) out += part;
  return out;
}

// Looks a std::string up by std::string_view, for the same reason.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};

// A JSON value. Values of one document lie in one vector in the order of the text, children after their parent;
// `end` is the index after the last descendant. Flat because thousands of small tree nodes cost start-up time.
struct Value {
  enum Kind : uint8_t { kNull, kBool, kNumber, kFloat, kString, kArray, kObject };
  Kind kind = kNull;
  uint32_t at = 0;  // byte offset in the text, for messages
  uint32_t end = 0;
  uint32_t key = 0, key_size = 0;    // in Tree::chars, when a member of an object
  uint32_t text = 0, text_size = 0;  // in Tree::chars, of a string
  int64_t number = 0;                // or 0/1 of a bool
};

struct Tree {
  std::vector<Value> values;
  std::string chars;
  std::string_view Key(const Value& v) const { return std::string_view(chars).substr(v.key, v.key_size); }
  std::string_view Text(const Value& v) const { return std::string_view(chars).substr(v.text, v.text_size); }
};

// Lets the SAX handler know how far the lexer has read: nlohmann's interface does not tell.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  Cursor(const char* at, const char** seen) : at_(at), seen_(seen) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *seen_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }
  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** seen_;
};

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(Tree* tree, const char* begin, const char* const* seen) : tree_(tree), begin_(begin), seen_(seen) {}

  bool null() override { return Add(Value::kNull, 1) != nullptr; }
  bool boolean(bool value) override {
    Add(Value::kBool, 1)->number = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    Add(Value::kNumber, 1)->number = value;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    Value* v = Add(Value::kNumber, 1);
    v->number = value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
                    ? std::numeric_limits<int64_t>::max()
                    : static_cast<int64_t>(value);
    return true;
  }
  bool number_float(number_float_t, const string_t&) override { return Add(Value::kFloat, 1) != nullptr; }
  bool string(string_t& value) override {
    Value* v = Add(Value::kString, value.size() + 2);
    v->text = static_cast<uint32_t>(tree_->chars.size());
    v->text_size = static_cast<uint32_t>(value.size());
    tree_->chars += value;
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(Value::kObject); }
  bool start_array(std::size_t) override { return Open(Value::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& value) override {
    key_ = static_cast<uint32_t>(tree_->chars.size());
    key_size_ = static_cast<uint32_t>(value.size());
    key_at_ = Position(value.size() + 2);
    have_key_ = true;
    tree_->chars += value;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    // `position` counts the character that was wrong, from 1.
    error_at_ = position == 0 ? 0 : static_cast<uint32_t>(position - 1);
    error_ = e.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..."
    if (size_t colon = error_.find(": "); colon != std::string::npos) error_.erase(0, colon + 2);
    return false;
  }

  uint32_t error_at() const { return error_at_; }
  const std::string& error() const { return error_; }

 private:
  uint32_t Position(size_t back) const {
    size_t seen = static_cast<size_t>(*seen_ - begin_);
    return static_cast<uint32_t>(seen > back ? seen - back : 0);
  }
  Value* Add(Value::Kind kind, size_t back) {
    Value v;
    v.kind = kind;
    v.at = Position(back);
    if (have_key_) {
      v.key = key_;
      v.key_size = key_size_;
      v.at = key_at_;
      have_key_ = false;
    }
    tree_->values.push_back(v);
    tree_->values.back().end = static_cast<uint32_t>(tree_->values.size());
    return &tree_->values.back();
  }
  bool Open(Value::Kind kind) {
    Add(kind, 1);
    open_.push_back(tree_->values.size() - 1);
    return true;
  }
  bool Close() {
    tree_->values[open_.back()].end = static_cast<uint32_t>(tree_->values.size());
    open_.pop_back();
    return true;
  }

  Tree* tree_;
  const char* begin_;
  const char* const* seen_;
  std::vector<size_t> open_;
  uint32_t key_ = 0, key_size_ = 0, key_at_ = 0;
  bool have_key_ = false;
  uint32_t error_at_ = 0;
  std::string error_;
};

std::string LineAndColumn(std::string_view text, size_t at) {
  at = std::min(at, text.size());
  size_t line = 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + at, '\n'));
  size_t start = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  size_t column = at - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return Cat({"line ", std::to_string(line), ", column ", std::to_string(column)});
}

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

constexpr Named<CallStyle> kStyles[] = {{"sync", CallStyle::kSync},
                                        {"error-first", CallStyle::kErrorFirst},
                                        {"callback", CallStyle::kCallback},
                                        {"promise", CallStyle::kPromise},
                                        {"unknown", CallStyle::kUnknown}};
constexpr Named<Block> kBlocks[] = {{"none", Block::kNone},
                                    {"io", Block::kIo},
                                    {"cpu", Block::kCpu},
                                    {"process", Block::kProcess},
                                    {"wait", Block::kWait}};
constexpr Named<Throws> kThrows[] = {{"unlikely", Throws::kUnlikely},
                                     {"never", Throws::kNever},
                                     {"input", Throws::kInput}};
constexpr Named<LongDelay> kLongDelays[] = {{"fires", LongDelay::kFires}, {"aborts", LongDelay::kAborts}};
constexpr Named<FileRole> kFileRoles[] = {
    {"node", FileRole::kSource}, {"test", FileRole::kTest}, {"build", FileRole::kBuild}, {"browser", FileRole::kBrowser}};
constexpr Named<When> kWhens[] = {{"unknown", When::kUnknown},
                                  {"now", When::kNow},
                                  {"later", When::kLater},
                                  {"nextTick", When::kNextTick},
                                  {"microtask", When::kMicrotask}};
constexpr Named<EntryReason> kEntryReasons[] = {
    {"main", EntryReason::kMain},   {"bin", EntryReason::kBin},   {"script", EntryReason::kScript},
    {"worker", EntryReason::kWorker}, {"route", EntryReason::kRoute}, {"test", EntryReason::kTest},
    {"config", EntryReason::kConfig},
};
constexpr Named<Context> kContexts[] = {
    {"none", Context::kNone},   {"load", Context::kLoad}, {"request", Context::kRequest},
    {"stream", Context::kStream}, {"timer", Context::kTimer}, {"job", Context::kJob},
    {"exit", Context::kExit},   {"callback", Context::kCallback}, {"test", Context::kTest}};
constexpr Named<AsyncErrors> kAsyncErrors[] = {{"unknown", AsyncErrors::kUnknown},
                                               {"unhandled", AsyncErrors::kUnhandled},
                                               {"handled", AsyncErrors::kHandled}};

struct ModuleName {
  std::string canonical;
  bool builtin = false;
  bool prefix_only = false;  // only with "node:"
};

// Pointers lead into `own_*` or, in an extension, into the builtin rows, which are never freed.
struct Tables {
  std::deque<Api> own_apis;
  std::deque<Type> own_types;
  absl::flat_hash_map<std::string_view, const Api*> apis;
  absl::flat_hash_map<std::string_view, const Type*> types;
  absl::flat_hash_set<const void*> owned;  // what may still be changed
  absl::flat_hash_map<std::string, ModuleName, StringHash, std::equal_to<>> modules;
  std::vector<Convention> conventions;
  std::vector<EntryFiles> entry_files;
  std::vector<ModuleHost> module_hosts;
  std::vector<std::string> runners, wrappers;  // programs named in scripts
  // Signs of what a file is; of several, the last wins.
  std::vector<std::pair<std::string, FileRole>> role_paths, role_prefixes;
  absl::flat_hash_map<std::string, FileRole, StringHash, std::equal_to<>> role_modules, role_globals;

  Api* MutableApi(std::string_view name);
  Type* MutableType(std::string_view name);
};

Api* Tables::MutableApi(std::string_view name) {
  auto it = apis.find(name);
  if (it != apis.end() && owned.contains(it->second)) return const_cast<Api*>(it->second);
  if (it != apis.end()) {
    own_apis.push_back(*it->second);
    apis.erase(it);  // the key points into the shadowed row
  } else {
    own_apis.emplace_back().name = name;
  }
  Api* api = &own_apis.back();
  apis.emplace(api->name, api);
  owned.insert(api);
  return api;
}

Type* Tables::MutableType(std::string_view name) {
  auto it = types.find(name);
  if (it != types.end() && owned.contains(it->second)) return const_cast<Type*>(it->second);
  if (it != types.end()) {
    own_types.push_back(*it->second);
    types.erase(it);
  } else {
    own_types.emplace_back().name = name;
  }
  Type* type = &own_types.back();
  types.emplace(type->name, type);
  owned.insert(type);
  return type;
}

// Reads one document into Rows. Every Read* returns false after it has recorded the first error.
class Loader {
 public:
  // `unique`: a row given twice is an error, as it is in our own files but not in a user's additions to them.
  Loader(Tables* rows, std::string_view text, bool unique);
  absl::Status Load();

 private:
  template <typename Fn>
  bool Each(const Value& v, Fn fn);  // fn(child) for members of an object or elements of an array
  bool Fail(const Value& v, std::string_view message);
  bool Unknown(const Value& v) { return Fail(v, "unknown field"); }
  std::string Path(const Value& v) const;

  bool Read(const Value& v, std::string* out);
  bool Read(const Value& v, bool* out);
  bool Read(const Value& v, int* out);
  bool ReadIndex(const Value& v, int* out);  // an argument index or "rest"
  bool Read(const Value& v, std::vector<std::string>* out);
  bool Read(const Value& v, std::vector<int>* out);
  bool Read(const Value& v, std::vector<VersionedAsyncErrors>* out);
  bool Read(const Value& v, Handler* out);
  bool Read(const Value& v, Sink* out);
  bool Read(const Value& v, Source* out);
  bool Read(const Value& v, Passage* out);
  bool Read(const Value& v, Option* out);
  bool Read(const Value& v, Event* out);
  bool Read(const Value& v, Hook* out);
  bool Read(const Value& v, Convention* out);
  bool Read(const Value& v, EntryFiles* out);
  bool Read(const Value& v, ModuleHost* out);
  bool Read(const Value& v, Api* out);
  bool Read(const Value& v, Type* out);
  template <typename T>
  bool ReadAll(const Value& v, std::vector<T>* out);
  template <typename T, size_t N>
  bool ReadEnum(const Value& v, const Named<T> (&names)[N], T* out);

  bool ReadBuiltins(const Value& v, bool prefix_only);
  bool ReadModules(const Value& v);
  bool ReadRunners(const Value& v);
  bool ReadRows(const Value& v);
  bool ReadFiles(const Value& v);
  bool ReadTypes(const Value& v);
  bool Inherits(const Type* type, const Type* base) const;
  void DeriveModule(std::string_view row);

  Tables* rows_;
  std::string_view text_;
  bool unique_;
  Tree tree_;
  absl::flat_hash_set<std::string_view> canonical_;  // modules this document declares
  std::string error_;
};

Loader::Loader(Tables* rows, std::string_view text, bool unique)
    : rows_(rows), text_(text), unique_(unique) {}

absl::Status Loader::Load() {
  if (text_.size() >= std::numeric_limits<uint32_t>::max()) return absl::InvalidArgumentError("document too large");
  tree_.values.reserve(text_.size() / 12);
  tree_.chars.reserve(text_.size());
  const char* begin = text_.data();
  const char* end = begin + text_.size();
  const char* seen = begin;
  TreeBuilder builder(&tree_, begin, &seen);
  if (!nlohmann::json::sax_parse(Cursor(begin, &seen), Cursor(end, &seen), &builder)) {
    return absl::InvalidArgumentError(
        Cat({LineAndColumn(text_, builder.error_at()), ": ", builder.error()}));
  }
  const Value& root = tree_.values.front();
  const Value* rows = nullptr;
  const Value* types = nullptr;
  bool ok = root.kind == Value::kObject ? true : Fail(root, "expected an object");
  ok = ok && Each(root, [&](const Value& v) {
         std::string_view key = tree_.Key(v);
         if (key == "about") {  // a remark for readers of the file
           std::string remark;
           return Read(v, &remark);
         }
         if (key == "builtins") return ReadBuiltins(v, false);
         if (key == "prefix_only") return ReadBuiltins(v, true);
         if (key == "modules") return ReadModules(v);
         if (key == "files") return ReadFiles(v);
         if (key == "conventions") return ReadAll(v, &rows_->conventions);
         if (key == "entry_files") return ReadAll(v, &rows_->entry_files);
         if (key == "module_hosts") return ReadAll(v, &rows_->module_hosts);
         if (key == "runners") return ReadRunners(v);
         if (key == "rows") return (rows = &v) != nullptr;
         if (key == "types") return (types = &v) != nullptr;
         return Unknown(v);
       });
  // Rows come last: which module they belong to depends on the names declared anywhere in the document.
  ok = ok && (types == nullptr || ReadTypes(*types)) && (rows == nullptr || ReadRows(*rows));
  return ok ? absl::OkStatus() : absl::InvalidArgumentError(error_);
}

template <typename Fn>
bool Loader::Each(const Value& v, Fn fn) {
  size_t end = v.end;
  for (size_t i = static_cast<size_t>(&v - tree_.values.data()) + 1; i < end; i = tree_.values[i].end) {
    if (!fn(tree_.values[i])) return false;
  }
  return true;
}

std::string Loader::Path(const Value& v) const {
  size_t target = static_cast<size_t>(&v - tree_.values.data());
  std::string path = "$";
  size_t i = 0;
  while (i != target) {
    const Value& parent = tree_.values[i];
    size_t n = 0;
    for (++i; tree_.values[i].end <= target; i = tree_.values[i].end) ++n;
    if (parent.kind == Value::kArray) {
      path += Cat({"[", std::to_string(n), "]"});
      continue;
    }
    std::string_view key = tree_.Key(tree_.values[i]);
    bool plain = !key.empty() && key.find_first_of(".#[]\"' ") == std::string_view::npos;
    if (plain) {
      path += Cat({".", key});
    } else {
      path += Cat({"[\"", key, "\"]"});
    }
  }
  return path;
}

bool Loader::Fail(const Value& v, std::string_view message) {
  error_ = Cat({LineAndColumn(text_, v.at), ": ", Path(v), ": ", message});
  return false;
}

bool Loader::Read(const Value& v, std::string* out) {
  if (v.kind != Value::kString) return Fail(v, "expected a string");
  *out = tree_.Text(v);
  return true;
}

bool Loader::Read(const Value& v, bool* out) {
  if (v.kind != Value::kBool) return Fail(v, "expected true or false");
  *out = v.number != 0;
  return true;
}

bool Loader::Read(const Value& v, int* out) {
  if (v.kind != Value::kNumber || v.number < -1 || v.number > Handler::kRest) {
    return Fail(v, "expected a whole number, -1 or greater");
  }
  *out = static_cast<int>(v.number);
  return true;
}

bool Loader::ReadIndex(const Value& v, int* out) {
  if (v.kind != Value::kString) return Read(v, out);
  if (tree_.Text(v) != "rest") return Fail(v, "expected an argument index or \"rest\"");
  *out = Handler::kRest;
  return true;
}

template <typename T>
bool Loader::ReadAll(const Value& v, std::vector<T>* out) {
  if (v.kind != Value::kArray) return Fail(v, "expected an array");
  return Each(v, [&](const Value& child) { return Read(child, &out->emplace_back()); });
}

bool Loader::Read(const Value& v, std::vector<std::string>* out) {
  out->clear();
  return ReadAll(v, out);
}

bool Loader::Read(const Value& v, std::vector<int>* out) {
  out->clear();
  return ReadAll(v, out);
}

template <typename T, size_t N>
bool Loader::ReadEnum(const Value& v, const Named<T> (&names)[N], T* out) {
  if (v.kind != Value::kString) return Fail(v, "expected a string");
  std::string expected;
  for (const Named<T>& n : names) {
    if (n.name == tree_.Text(v)) {
      *out = n.value;
      return true;
    }
    expected += Cat({expected.empty() ? "" : ", ", n.name});
  }
  return Fail(v, Cat({"unknown value \"", tree_.Text(v), "\", expected one of: ", expected}));
}

bool Loader::Read(const Value& v, std::vector<VersionedAsyncErrors>* out) {
  out->clear();
  if (v.kind == Value::kString) {  // short for all versions
    out->push_back({"*", AsyncErrors::kUnknown});
    return ReadEnum(v, kAsyncErrors, &out->back().errors);
  }
  if (v.kind != Value::kArray) return Fail(v, "expected a string or an array");
  return Each(v, [&](const Value& entry) {
    if (entry.kind != Value::kObject) return Fail(entry, "expected an object");
    out->push_back({"*", AsyncErrors::kUnknown});
    VersionedAsyncErrors& versioned = out->back();
    return Each(entry, [&](const Value& f) {
      std::string_view key = tree_.Key(f);
      if (key == "range") return Read(f, &versioned.range);
      if (key == "errors") return ReadEnum(f, kAsyncErrors, &versioned.errors);
      return Unknown(f);
    });
  });
}

bool Loader::Read(const Value& v, Handler* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  bool has_last = false;
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "first") {
      if (!Read(f, &out->first)) return false;
      if (!has_last) out->last = out->first;
      return true;
    }
    if (key == "last") return has_last = true, ReadIndex(f, &out->last);
    if (key == "flatten") return Read(f, &out->flatten);
    if (key == "options") return Read(f, &out->options);
    if (key == "params") return Read(f, &out->params);
    if (key == "params_if_4") return Read(f, &out->params_if_4);
    if (key == "context") return ReadEnum(f, kContexts, &out->context);
    if (key == "when") return ReadEnum(f, kWhens, &out->when);
    if (key == "async_errors") return Read(f, &out->async_errors);
    if (key == "event_arg") return Read(f, &out->event_arg);
    if (key == "repeats") return Read(f, &out->repeats);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Sink* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "kind") return Read(f, &out->kind);
    if (key == "arg") return Read(f, &out->first_arg) && Read(f, &out->last_arg);  // short for a range of one
    if (key == "first_arg") return Read(f, &out->first_arg);
    if (key == "last_arg") return ReadIndex(f, &out->last_arg);
    if (key == "option") return Read(f, &out->option);
    if (key == "when_option") return Read(f, &out->when_option);
    if (key == "unless_option") return Read(f, &out->unless_option);
    if (key == "versions") return Read(f, &out->versions);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Source* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "kind") return Read(f, &out->kind);
    if (key == "member") return Read(f, &out->member);
    if (key == "value") return Read(f, &out->value);
    if (key == "harmless") return Read(f, &out->harmless);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Passage* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "arg") return Read(f, &out->first) && Read(f, &out->last);
    if (key == "first_arg") return Read(f, &out->first);
    if (key == "last_arg") return ReadIndex(f, &out->last);
    if (key == "receiver") return Read(f, &out->receiver);
    if (key == "callback") return Read(f, &out->callback);
    if (key == "as") return Read(f, &out->as);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Option* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "name") return Read(f, &out->name);
    if (key == "signal") return Read(f, &out->signal);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Hook* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "method") return Read(f, &out->method);
    if (key == "option") return Read(f, &out->option);
    if (key == "callback") return Read(f, &out->callback);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Event* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "fatal") return Read(f, &out->fatal);
    if (key == "args") return Read(f, &out->args);
    if (key == "context") return ReadEnum(f, kContexts, &out->context);
    if (key == "sources") return out->sources.clear(), ReadAll(f, &out->sources);
    if (key == "done") return Read(f, &out->done);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Convention* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "files") return Read(f, &out->files);
    if (key == "exports") return Read(f, &out->exports);
    if (key == "context") return ReadEnum(f, kContexts, &out->context);
    if (key == "async_errors") return ReadEnum(f, kAsyncErrors, &out->async_errors);
    if (key == "params") return Read(f, &out->params);
    if (key == "package") return Read(f, &out->package);
    return Unknown(f);
  });
}

bool Loader::ReadRunners(const Value& v) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    std::vector<std::string> names;
    if (key != "program" && key != "wrapper") return Unknown(f);
    if (!Read(f, &names)) return false;
    auto& to = key == "program" ? rows_->runners : rows_->wrappers;
    to.insert(to.end(), names.begin(), names.end());
    return true;
  });
}

bool Loader::Read(const Value& v, EntryFiles* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "reason") return ReadEnum(f, kEntryReasons, &out->reason);
    if (key == "files") return Read(f, &out->files);
    if (key == "package") return Read(f, &out->package);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, ModuleHost* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "package") return Read(f, &out->package);
    if (key == "resolves") return Read(f, &out->resolves);
    if (key == "bundles") return Read(f, &out->bundles);
    if (key == "provides") return Read(f, &out->provides);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Api* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "in") return Read(f, &out->in);
    if (key == "style") return ReadEnum(f, kStyles, &out->style);
    if (key == "callback_at") return Read(f, &out->callback_at);
    if (key == "callback_required") return Read(f, &out->callback_required);
    if (key == "callback_when") return ReadEnum(f, kWhens, &out->callback_when);
    if (key == "block") return ReadEnum(f, kBlocks, &out->block);
    if (key == "cost") return Read(f, &out->cost);
    if (key == "metadata") return Read(f, &out->metadata);
    if (key == "twin") return Read(f, &out->twin);
    if (key == "returns") return Read(f, &out->returns);
    if (key == "resolves") return Read(f, &out->resolves);
    if (key == "may_reject") return Read(f, &out->may_reject);
    if (key == "is_class") return Read(f, &out->is_class);
    if (key == "is_namespace") return Read(f, &out->is_namespace);
    if (key == "is_property") return Read(f, &out->is_property);
    if (key == "throws") return ReadEnum(f, kThrows, &out->throws);
    if (key == "must_check") return Read(f, &out->must_check);
    if (key == "lazy_thenable") return Read(f, &out->lazy_thenable);
    if (key == "acquires") return Read(f, &out->acquires);
    if (key == "handles_errors_of") return Read(f, &out->handles_errors_of);
    if (key == "handles_errors_of_all") return Read(f, &out->handles_errors_of_all);
    if (key == "error_in_callback") return Read(f, &out->error_in_callback);
    if (key == "once") return Read(f, &out->once);
    if (key == "outlives") return Read(f, &out->outlives);
    if (key == "threadpool") return Read(f, &out->threadpool);
    if (key == "ends_process") return Read(f, &out->ends_process);
    if (key == "undone_by") return Read(f, &out->undone_by);
    if (key == "handlers") return out->handlers.clear(), ReadAll(f, &out->handlers);
    if (key == "sinks") return out->sinks.clear(), ReadAll(f, &out->sinks);
    if (key == "sources") return out->sources.clear(), ReadAll(f, &out->sources);
    if (key == "passes") return out->passes.clear(), ReadAll(f, &out->passes);
    if (key == "cleans") return Read(f, &out->cleans);
    if (key == "wraps") return Read(f, &out->wraps);
    if (key == "options") return out->options.clear(), ReadAll(f, &out->options);
    if (key == "delay_at") return Read(f, &out->delay_at);
    if (key == "long_delay") return ReadEnum(f, kLongDelays, &out->long_delay);
    if (key == "deprecated") return Read(f, &out->deprecated);
    if (key == "removed") return Read(f, &out->removed);
    if (key == "replacement") return Read(f, &out->replacement);
    if (key == "from") return Read(f, &out->from);
    if (key == "through") return Read(f, &out->through);
    if (key == "decorates") return Read(f, &out->decorates);
    if (key == "flows") return out->flows.clear(), ReadAll(f, &out->flows);
    return Unknown(f);
  });
}

bool Loader::Read(const Value& v, Type* out) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object");
  return Each(v, [&](const Value& f) {
    std::string_view key = tree_.Key(f);
    if (key == "extends") return Read(f, &out->extends);
    if (key == "also") return Read(f, &out->also);
    if (key == "sources") return out->sources.clear(), ReadAll(f, &out->sources);
    if (key == "byte_stream") return Read(f, &out->byte_stream);
    if (key == "ends") return Read(f, &out->ends);
    if (key == "writes") return Read(f, &out->writes);
    if (key == "consumes") return Read(f, &out->consumes);
    if (key == "hooks") return out->hooks.clear(), ReadAll(f, &out->hooks);
    if (key != "events") return Unknown(f);
    if (f.kind != Value::kObject) return Fail(f, "expected an object");
    return Each(f, [&](const Value& e) {
      std::string_view name = tree_.Key(e);
      auto it = std::find_if(out->events.begin(), out->events.end(), [&](const Event& x) { return x.name == name; });
      if (it == out->events.end()) {
        out->events.emplace_back().name = name;
        it = std::prev(out->events.end());
      }
      return Read(e, &*it);
    });
  });
}

bool Loader::ReadBuiltins(const Value& v, bool prefix_only) {
  if (v.kind != Value::kArray) return Fail(v, "expected an array");
  return Each(v, [&](const Value& child) {
    std::string name;
    if (!Read(child, &name)) return false;
    std::string canonical = name;
    std::replace(canonical.begin(), canonical.end(), '/', '.');
    rows_->modules[name] = {std::move(canonical), true, prefix_only};
    return true;
  });
}

bool Loader::ReadModules(const Value& v) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object from specifiers to canonical names");
  return Each(v, [&](const Value& f) {
    std::string canonical;
    if (!Read(f, &canonical)) return false;
    if (canonical.empty()) return Fail(f, "expected a canonical name");
    ModuleName& module = rows_->modules[tree_.Key(f)];
    module.canonical = std::move(canonical);
    canonical_.insert(tree_.Text(f));
    return true;
  });
}

bool Loader::ReadFiles(const Value& v) {
  if (v.kind != Value::kArray) return Fail(v, "expected an array");
  return Each(v, [&](const Value& sign) {
    if (sign.kind != Value::kObject) return Fail(sign, "expected an object");
    std::optional<FileRole> role;
    std::vector<std::string> paths, modules, globals;
    const bool ok = Each(sign, [&](const Value& f) {
      std::string_view key = tree_.Key(f);
      if (key == "role") return ReadEnum(f, kFileRoles, &role.emplace());
      if (key == "paths") return Read(f, &paths);
      if (key == "modules") return Read(f, &modules);
      if (key == "globals") return Read(f, &globals);
      return Unknown(f);
    });
    if (!ok) return false;
    if (!role) return Fail(sign, "a sign needs a role");
    for (std::string& path : paths) rows_->role_paths.emplace_back(std::move(path), *role);
    for (std::string& name : globals) rows_->role_globals.insert_or_assign(std::move(name), *role);
    for (std::string& module : modules) {
      if (module.ends_with('*')) {
        module.pop_back();
        rows_->role_prefixes.emplace_back(std::move(module), *role);
      } else {
        rows_->role_modules.insert_or_assign(std::move(module), *role);
      }
    }
    return true;
  });
}

// A user who writes rows for "my-lib.run" means the package my-lib and should not have to say so. Package names
// may contain dots (socket.io); those must be declared under "modules".
void Loader::DeriveModule(std::string_view row) {
  size_t hash = row.find('#');
  std::string_view path = row.substr(0, hash);
  size_t scope = !path.empty() && path[0] == '@' ? path.find('/') : 0;
  if (scope == std::string_view::npos) return;
  size_t dot = path.find('.', scope);
  // "Array#map" is a member of a global type; "express" alone is a callable module.
  if (dot == std::string_view::npos && hash != std::string_view::npos) return;
  std::string_view module = path.substr(0, dot);
  if (module == "global" || rows_->modules.contains(module)) return;
  for (size_t d = dot; d != std::string_view::npos; d = path.find('.', d + 1)) {
    if (canonical_.contains(path.substr(0, d))) return;
  }
  if (canonical_.contains(path)) return;
  rows_->modules[module].canonical = module;
}

bool Loader::ReadRows(const Value& v) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object from canonical names to rows");
  absl::flat_hash_set<std::string_view> here;
  here.reserve(64);
  return Each(v, [&](const Value& row) {
    std::string_view name = tree_.Key(row);
    if (name.empty()) return Fail(row, "a row needs a name");
    if (!here.insert(name).second || (unique_ && rows_->apis.contains(name))) return Fail(row, "row given twice");
    DeriveModule(name);
    return Read(row, rows_->MutableApi(name));
  });
}

bool Loader::Inherits(const Type* type, const Type* base) const {
  auto leads_to_base = [&](std::string_view name) {
    auto it = rows_->types.find(name);
    return it != rows_->types.end() && (it->second == base || Inherits(it->second, base));
  };
  return leads_to_base(type->extends) || std::any_of(type->also.begin(), type->also.end(), leads_to_base);
}

bool Loader::ReadTypes(const Value& v) {
  if (v.kind != Value::kObject) return Fail(v, "expected an object from canonical names to types");
  absl::flat_hash_set<std::string_view> here;
  return Each(v, [&](const Value& type) {
    std::string_view name = tree_.Key(type);
    if (name.empty()) return Fail(type, "a type needs a name");
    if (!here.insert(name).second || (unique_ && rows_->types.contains(name))) return Fail(type, "type given twice");
    Type* out = rows_->MutableType(name);
    if (!Read(type, out)) return false;
    // Inheritance is followed without further checks, so it has to be free of cycles.
    return !Inherits(out, out) || Fail(type, "extends itself");
  });
}

}  // namespace

struct Knowledge::Rows : Tables {};

Knowledge::Knowledge() : rows_(std::make_unique<Rows>()) {}
Knowledge::~Knowledge() = default;

const Knowledge& Knowledge::Builtin() {
  static const Knowledge& builtin = *[] {
    auto* knowledge = new Knowledge;  // never freed: extensions point into it
    knowledge->rows_->apis.reserve(6000);
    knowledge->rows_->owned.reserve(6000);
    for (size_t i = 0; i < internal::kEmbeddedCount; ++i) {
      const EmbeddedDocument& document = internal::kEmbedded[i];
      // What passes data on is said of things that other documents describe.
      const bool unique = !document.path.starts_with("taint/");
      absl::Status status = Loader(knowledge->rows_.get(), document.text, unique).Load();
      if (!status.ok()) {  // a mistake in our own files, which the tests find before a user can
        std::fprintf(stderr, "looplint: %.*s: %s\n", static_cast<int>(document.path.size()), document.path.data(),
                     std::string(status.message()).c_str());
        std::abort();
      }
    }
    knowledge->rows_->owned.clear();
    return knowledge;
  }();
  return builtin;
}

absl::StatusOr<std::shared_ptr<const Knowledge>> Knowledge::Extend(const std::vector<std::string>& documents) {
  const Rows& builtin = *Builtin().rows_;
  std::shared_ptr<Knowledge> knowledge(new Knowledge);
  Rows& rows = *knowledge->rows_;
  rows.apis = builtin.apis;
  rows.types = builtin.types;
  rows.modules = builtin.modules;
  rows.conventions = builtin.conventions;
  rows.entry_files = builtin.entry_files;
  rows.module_hosts = builtin.module_hosts;
  rows.runners = builtin.runners;
  rows.wrappers = builtin.wrappers;
  rows.role_paths = builtin.role_paths;
  rows.role_prefixes = builtin.role_prefixes;
  rows.role_modules = builtin.role_modules;
  rows.role_globals = builtin.role_globals;
  for (size_t i = 0; i < documents.size(); ++i) {
    absl::Status status = Loader(&rows, documents[i], /*unique=*/false).Load();
    if (!status.ok()) {
      return absl::InvalidArgumentError(Cat({"document ", std::to_string(i), ", ", std::string(status.message())}));
    }
  }
  return std::shared_ptr<const Knowledge>(std::move(knowledge));
}

std::string_view Knowledge::Module(std::string_view specifier) const {
  bool prefixed = specifier.starts_with("node:");
  if (prefixed) specifier.remove_prefix(5);
  auto it = rows_->modules.find(specifier);
  if (it == rows_->modules.end()) return "";
  const ModuleName& module = it->second;
  if (prefixed ? !module.builtin : module.prefix_only) return "";
  return module.canonical;
}

bool Knowledge::IsNodeBuiltin(std::string_view specifier) const {
  bool prefixed = specifier.starts_with("node:");
  if (prefixed) specifier.remove_prefix(5);
  auto it = rows_->modules.find(specifier);
  return it != rows_->modules.end() && it->second.builtin && (prefixed || !it->second.prefix_only);
}

const Api* Knowledge::Find(std::string_view canonical) const {
  auto it = rows_->apis.find(canonical);
  return it == rows_->apis.end() ? nullptr : it->second;
}

const Api* Knowledge::FindMember(std::string_view type, std::string_view member) const {
  if (const Api* api = Find(Cat({type, "#", member}))) return api;
  const Type* t = FindType(type);
  if (t == nullptr) return nullptr;
  const Api* api = t->extends.empty() ? nullptr : FindMember(t->extends, member);
  for (size_t i = 0; api == nullptr && i < t->also.size(); ++i) api = FindMember(t->also[i], member);
  return api;
}

const Type* Knowledge::FindType(std::string_view name) const {
  auto it = rows_->types.find(name);
  return it == rows_->types.end() ? nullptr : it->second;
}

const Event* Knowledge::FindEvent(std::string_view type, std::string_view event) const {
  const Type* t = FindType(type);
  if (t == nullptr) return nullptr;
  for (const Event& e : t->events) {
    if (e.name == event) return &e;
  }
  const Event* found = t->extends.empty() ? nullptr : FindEvent(t->extends, event);
  for (size_t i = 0; found == nullptr && i < t->also.size(); ++i) found = FindEvent(t->also[i], event);
  return found;
}

bool Knowledge::Is(std::string_view type, std::string_view base) const {
  if (type.empty() || base.empty()) return false;
  if (type == base) return true;
  const Type* t = FindType(type);
  if (t == nullptr) return false;
  return Is(t->extends, base) ||
         std::any_of(t->also.begin(), t->also.end(), [&](const std::string& other) { return Is(other, base); });
}

const std::vector<Convention>& Knowledge::conventions() const { return rows_->conventions; }
const std::vector<EntryFiles>& Knowledge::entry_files() const { return rows_->entry_files; }
const std::vector<ModuleHost>& Knowledge::module_hosts() const { return rows_->module_hosts; }

bool Knowledge::BundlesModules(std::string_view package) const {
  return std::any_of(rows_->module_hosts.begin(), rows_->module_hosts.end(),
                     [&](const ModuleHost& host) { return host.bundles && host.package == package; });
}
bool Knowledge::RunsFiles(std::string_view program) const {
  return std::find(rows_->runners.begin(), rows_->runners.end(), program) != rows_->runners.end();
}
bool Knowledge::RunsPrograms(std::string_view program) const {
  return std::find(rows_->wrappers.begin(), rows_->wrappers.end(), program) != rows_->wrappers.end();
}

bool Knowledge::ResolvesModules(std::string_view package) const {
  return std::any_of(rows_->module_hosts.begin(), rows_->module_hosts.end(),
                     [&](const ModuleHost& host) { return host.resolves && host.package == package; });
}

FileRole Knowledge::RoleOfPath(std::string_view path) const {
  const std::string rooted = Cat({"/", path});
  const auto& signs = rows_->role_paths;
  const auto last = std::find_if(signs.rbegin(), signs.rend(),
                                 [&](const auto& sign) { return rooted.find(sign.first) != std::string::npos; });
  return last == signs.rend() ? FileRole::kSource : last->second;
}

std::optional<FileRole> Knowledge::RoleOfImport(std::string_view specifier) const {
  if (specifier.starts_with("node:")) specifier.remove_prefix(5);
  if (auto it = rows_->role_modules.find(specifier); it != rows_->role_modules.end()) return it->second;
  const auto& prefixes = rows_->role_prefixes;
  const auto last = std::find_if(prefixes.rbegin(), prefixes.rend(),
                                 [&](const auto& sign) { return specifier.starts_with(sign.first); });
  return last == prefixes.rend() ? std::nullopt : std::optional(last->second);
}

std::optional<FileRole> Knowledge::RoleOfGlobal(std::string_view name) const {
  auto it = rows_->role_globals.find(name);
  return it == rows_->role_globals.end() ? std::nullopt : std::optional(it->second);
}

std::vector<const Api*> Knowledge::all() const {
  std::vector<const Api*> all;
  all.reserve(rows_->apis.size());
  for (const auto& [name, api] : rows_->apis) all.push_back(api);
  std::sort(all.begin(), all.end(), [](const Api* a, const Api* b) { return a->name < b->name; });
  return all;
}

std::vector<const Type*> Knowledge::types() const {
  std::vector<const Type*> all;
  all.reserve(rows_->types.size());
  for (const auto& [name, type] : rows_->types) all.push_back(type);
  std::sort(all.begin(), all.end(), [](const Type* a, const Type* b) { return a->name < b->name; });
  return all;
}

}  // namespace looplint
