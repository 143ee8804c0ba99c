// Typed indexes instead of pointers, and the tables they index.
//
// An id is four bytes, cannot be confused with an id of another kind and stays valid when a table is copied or
// written to disk. kNone of each kind is the same bit pattern: "there is none".
#ifndef LOOPLINT_ANALYZER_BASE_IDS_H_
#define LOOPLINT_ANALYZER_BASE_IDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace looplint {

inline constexpr uint32_t kNoneIndex = 0xffffffffu;

template <typename Id>
inline constexpr Id kNone = static_cast<Id>(kNoneIndex);

template <typename Id>
constexpr uint32_t Index(Id id) {
  return static_cast<uint32_t>(id);
}
template <typename Id>
constexpr bool Some(Id id) {
  return Index(id) != kNoneIndex;
}

// A vector that only its own kind of id can index.
template <typename Id, typename Row>
class Table {
 public:
  Id Add(Row row) {
    rows_.push_back(row);
    return static_cast<Id>(rows_.size() - 1);
  }
  Row& operator[](Id id) { return rows_[Index(id)]; }
  const Row& operator[](Id id) const { return rows_[Index(id)]; }
  size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  Id id(size_t i) const { return static_cast<Id>(i); }
  std::vector<Row>& rows() { return rows_; }
  const std::vector<Row>& rows() const { return rows_; }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }

 private:
  std::vector<Row> rows_;
};

// Iterates the ids of a table: for (CallId c : Ids(model.calls)).
template <typename Id>
class IdRange {
 public:
  struct Iterator {
    uint32_t i;
    Id operator*() const { return static_cast<Id>(i); }
    Iterator& operator++() {
      ++i;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return i != other.i; }
  };
  IdRange(uint32_t first, uint32_t last) : first_(first), last_(last) {}
  Iterator begin() const { return {first_}; }
  Iterator end() const { return {last_}; }

 private:
  uint32_t first_, last_;
};
template <typename Id, typename Row>
IdRange<Id> Ids(const Table<Id, Row>& table) {
  return IdRange<Id>(0, static_cast<uint32_t>(table.size()));
}

enum class FileId : uint32_t {};

// A place in a file: UTF-8 byte offsets, half open.
struct Span {
  uint32_t start = 0;
  uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_IDS_H_
