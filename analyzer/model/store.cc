#include "analyzer/model/store.h"

#include <cstring>
#include <type_traits>

namespace looplint {
namespace {

constexpr size_t kAlign = 8;
constexpr size_t Aligned(size_t n) { return (n + kAlign - 1) / kAlign * kAlign; }

// All that a model consists of: `row` is told each table, `flag` each truth. The bindings name every member, so one
// that is added does not compile until it stands here.
template <typename Model, typename TableFunction, typename FlagFunction>
void Each(Model& model, TableFunction table, FlagFunction flag) {
  auto& [syntax, names, scopes, bindings, references, functions, params, classes, objects, members, calls, args, values,
         value_of, flow, writes, assignments, alternatives, module] = model;
  auto& [nodes, comments, errors, too_costly] = syntax;
  auto& [imports, exports, has_esm_syntax, has_cjs_syntax, strict] = module;
  table(nodes), table(comments), table(errors);
  Names::EachTable(names, table);
  NodeValues::EachTable(value_of, table);
  table(scopes.rows()), table(bindings.rows()), table(references.rows()), table(functions.rows()), table(params);
  table(classes.rows()), table(objects.rows()), table(members), table(calls.rows()), table(args);
  table(values.rows()), table(flow.rows()), table(writes.rows()), table(assignments),
      table(alternatives);
  table(imports.rows()), table(exports);
  flag(too_costly), flag(has_esm_syntax), flag(has_cjs_syntax), flag(strict);
}

// What lies between the members of a row is whatever memory held before: it would differ from run to run and shrink badly.
template <typename Row>
void ClearPadding([[maybe_unused]] char* rows, [[maybe_unused]] size_t count) {
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
  for (size_t i = 0; i < count; ++i) __builtin_clear_padding(reinterpret_cast<Row*>(rows) + i);
#endif
#endif
}

template <typename T>
using RowOf = typename std::remove_cvref_t<T>::value_type;

}  // namespace

void StoreModel(const FileModel& model, std::string& out) {
  size_t size = 0;
  Each(
      model, [&](const auto& rows) { size += kAlign + Aligned(rows.size() * sizeof(RowOf<decltype(rows)>)); },
      [&](bool) { size += kAlign; });
  out.assign(size, '\0');
  char* at = out.data();
  const auto number = [&](uint64_t n) {
    std::memcpy(at, &n, sizeof(n));
    at += kAlign;
  };
  Each(
      model,
      [&](const auto& rows) {
        using Row = RowOf<decltype(rows)>;
        static_assert(std::is_trivially_copyable_v<Row> && alignof(Row) <= kAlign);
        number(rows.size());
        if (!rows.empty()) std::memcpy(at, rows.data(), rows.size() * sizeof(Row));
        if constexpr (!std::has_unique_object_representations_v<Row>) ClearPadding<Row>(at, rows.size());
        at += Aligned(rows.size() * sizeof(Row));
      },
      [&](bool value) { number(value ? 1 : 0); });
}

bool RestoreModel(std::string_view bytes, FileModel& model) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  bool sound = reinterpret_cast<uintptr_t>(at) % kAlign == 0 && left % kAlign == 0;
  const auto number = [&]() -> uint64_t {
    if (!sound || left < kAlign) return sound = false, 0;
    uint64_t n;
    std::memcpy(&n, at, sizeof(n));
    at += kAlign;
    left -= kAlign;
    return n;
  };
  Each(
      model,
      [&](auto& rows) {
        using Row = RowOf<decltype(rows)>;
        const uint64_t count = number();
        if (!sound || count > left / sizeof(Row)) return void(sound = false);
        const Row* first = reinterpret_cast<const Row*>(at);
        rows.assign(first, first + count);
        // `left` is a multiple of eight, so what is rounded up fits as well.
        at += Aligned(count * sizeof(Row));
        left -= Aligned(count * sizeof(Row));
      },
      [&](bool& value) { value = number() != 0; });
  return sound && left == 0;
}

}  // namespace looplint
