// What the addon gives JavaScript beside its kernels: `inferShapes`, `defineFunction`, `removeFunction`.
#pragma once
#include <node_api.h>

namespace ablate {
void export_step_functions(napi_env env, napi_value exports);
}  // namespace ablate
