// looplint graph --calls: which function may call which, for programs (JSON) and for pictures (DOT).
#ifndef LOOPLINT_ANALYZER_CLI_CALL_GRAPH_H_
#define LOOPLINT_ANALYZER_CLI_CALL_GRAPH_H_

#include <functional>
#include <string>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"

namespace looplint {

// Edges of the files that `reports` says yes to, in order of place. Kinds: call; guess (by the method's name alone);
// now and later (handed to something that calls it back, before the call returns or after it did); get (an accessor
// runs).
// {"version": 1, "functions": [{"file", "name", "line", "start", "end", "heat"}], "edges": [{"from", "to", "kind", "start",
// "end", "line"}], "unknown": calls of which nothing is known}. `from` and `to` are indexes of functions; offsets are
// bytes. "heat" is what runs the function again and again, "request", "event" or "call" (of what a library exports), or
// "once" where the first request does, and "item" with it for what runs for each of several things; of others it is missing.
std::string CallGraphJson(const Project& project, const Calls& calls, const HotPaths& heat,
                          const std::function<bool(const std::string&)>& reports);
std::string CallGraphDot(const Project& project, const Calls& calls, const HotPaths& heat,
                         const std::function<bool(const std::string&)>& reports);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_CALL_GRAPH_H_
