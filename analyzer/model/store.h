// A model as bytes and back, for keeping it from one run to the next. The bytes are the tables as they lie in memory:
// for the build that wrote them and no other. Whoever keeps them sees to that, and that no byte has changed since;
// lengths are checked here, ids in the rows are not.
#ifndef LOOPLINT_ANALYZER_MODEL_STORE_H_
#define LOOPLINT_ANALYZER_MODEL_STORE_H_

#include <string>
#include <string_view>

#include "analyzer/model/model.h"

namespace looplint {

// Replaces `out`.
void StoreModel(const FileModel& model, std::string& out);
// False when these are not the bytes of a model; then `model` is of no use. `bytes` begins at a multiple of eight.
bool RestoreModel(std::string_view bytes, FileModel& model);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_MODEL_STORE_H_
