// How rules about hidden classes speak of them.
#ifndef LOOPLINT_RULES_SHAPE_ADVICE_H_
#define LOOPLINT_RULES_SHAPE_ADVICE_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/shapes.h"
#include "rules/view.h"

namespace looplint {

// Shapes that meet at a member expression while the program serves: what only tests make or change is left out.
std::vector<Shape> MetAt(const View& file, const Access& access);
// Are more of them sure than an inline cache holds?
bool IsMegamorphic(const std::vector<Shape>& met);
// Where each was born, and where it left the way of its like.
std::vector<Step> BirthsOf(const std::vector<Shape>& shapes);
// "{ a, b }, Point, Point { x, y, label } and 3 more"
std::string ListOf(const std::vector<Shape>& shapes);
// Properties that some of the shapes have and others do not, in order of appearance.
std::vector<std::string_view> OptionalIn(const std::vector<Shape>& shapes);
// "a, b and c"
std::string Enumerate(const std::vector<std::string_view>& words);
// The least that makes them fewer: an order, fields to initialise, one maker.
std::string SmallestEdit(const std::vector<Shape>& shapes);
// Is `member`, a member expression, called: o.run()?
bool IsCalled(const Syntax& syntax, NodeId member);

}  // namespace looplint

#endif  // LOOPLINT_RULES_SHAPE_ADVICE_H_
