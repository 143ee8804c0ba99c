// What origins.h looks up in one file again and again: writes, calls and returns, by what they are of.
#ifndef LOOPLINT_ANALYZER_FACTS_FILE_INDEX_H_
#define LOOPLINT_ANALYZER_FACTS_FILE_INDEX_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "analyzer/model/model.h"

namespace looplint {

// Through bindings that hold one thing.
ValueId Resolve(const FileModel& m, ValueId value);
// A parameter or variable, by number; 0 for anything else.
uint64_t HolderOf(const FileModel& m, ValueId value);

// What belongs to each key, in the order it was put in. A few flat lists: there are several of these for every file of
// a program, and most keys have one thing.
template <typename T>
class Grouped {
 public:
  void Put(uint32_t key, T value) { items_.emplace_back(key, value); }
  // After the last Put, before the first Of.
  void Close() {
    const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
    if (!std::is_sorted(items_.begin(), items_.end(), by_key))
      std::stable_sort(items_.begin(), items_.end(), by_key);
    keys_.reserve(items_.size());
    values_.reserve(items_.size());
    for (const auto& [key, value] : items_) {
      keys_.push_back(key);
      values_.push_back(value);
    }
    items_ = {};
  }
  std::span<const T> Of(uint32_t key) const {
    const auto [first, last] = std::equal_range(keys_.begin(), keys_.end(), key);
    return std::span(values_).subspan(static_cast<size_t>(first - keys_.begin()), static_cast<size_t>(last - first));
  }

 private:
  std::vector<std::pair<uint32_t, T>> items_;
  std::vector<uint32_t> keys_;
  std::vector<T> values_;
};

// What reading a member tells of a parameter: one bit for each thing a request has, two for what only a response does.
inline constexpr uint8_t kUrl = 1, kMethod = 2, kHeaders = 4, kEnds = 8, kAnswers = 16;

struct FileIndex {
  // Writes of members and elements, by what they are written to.
  Grouped<WriteId> by_binding;        // BindingId
  Grouped<WriteId> by_field;          // NameId of this.name
  Grouped<WriteId> by_self;           // FunctionId whose `this` is written to
  Grouped<WriteId> by_global;         // NameId of what nobody declares
  Grouped<WriteId> field_elements;    // NameId: this.name[...] = value
  Grouped<WriteId> into_first;        // FunctionId: writes into its first parameter
  std::vector<WriteId> self_elements;  // this[...] = value
  std::vector<CallId> self_copies;     // Object.assign(this, value)
  Grouped<CallId> pushes;              // BindingId: push, unshift, set, add
  Grouped<CallId> field_pushes;        // NameId: this.name.push(value)
  Grouped<FunctionId> methods;         // NameId: functions put into members of that name; some more than once
  Grouped<NodeId> returns;             // FunctionId: expressions
  Grouped<CallId> by_param;            // parameter called: function << 8 | index
  Grouped<BindingId> holders;          // ValueId of a function, object, class, call or element: bindings that hold it
  Grouped<CallId> emits;               // NameId of an event: x.emit('event', ...)
  Grouped<std::pair<CallId, uint32_t>> handed;  // FunctionId: calls it is handed to by its name, and as which argument
  std::vector<uint64_t> entries;  // holders (HolderOf) of what is used as an entry of an archive, sorted
  // fill(name, value), fill(this.name, value) as statements: may put what the value holds into the first
  Grouped<CallId> fills, field_fills;  // BindingId; NameId
  // Parameter: function << 8 | index -> what its members tell it to be: kAsked, kAnswered
  Grouped<uint8_t> used_as;

  explicit FileIndex(const FileModel& m);
  // The function put into members of that name, where it is one.
  FunctionId MethodOf(NameId name) const;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_FILE_INDEX_H_
