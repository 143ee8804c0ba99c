// What the symbols of the three grammars mean to us: the only place that spells their node names.
#ifndef LOOPLINT_ANALYZER_SYNTAX_GRAMMAR_H_
#define LOOPLINT_ANALYZER_SYNTAX_GRAMMAR_H_

#include "analyzer/syntax/flatten.h"

namespace looplint {

enum class GrammarId { kJavaScript, kTypeScript, kTsx };

// Built on first use, lives until ReleaseGrammars(); thread-safe.
const LlGrammar& Grammar(GrammarId id);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_SYNTAX_GRAMMAR_H_
