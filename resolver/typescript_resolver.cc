#include "resolver/typescript_resolver.h"
namespace looplint {
struct TypeScriptResolver::Impl { TsConfig c; TsResolution r; };
TypeScriptRelease TypeScriptRelease::Parse(std::string_view) { return {}; }
TypeScriptResolver::TypeScriptResolver(ModuleResolver&, TypeScriptRelease) : impl_(std::make_unique<Impl>()) {}
TypeScriptResolver::~TypeScriptResolver() = default;
const TsConfig& TypeScriptResolver::Load(std::string_view) { return impl_->c; }
const TsConfig* TypeScriptResolver::ConfigOf(std::string_view) { return nullptr; }
const TsResolution& TypeScriptResolver::Resolve(std::string_view, std::string_view, bool, const TsConfig&, TsMode) { return impl_->r; }
TsResolution TypeScriptResolver::Explain(std::string_view, std::string_view, bool, const TsConfig&, TsMode, std::vector<Probe>&) { return {}; }
TsMode TypeScriptResolver::ModeOf(std::string_view, bool, const TsConfig&) { return TsMode::kDefault; }
}
