// The addon that gives the native library the kernels of this folder, and JavaScript the functions of step-function.h. Exports `convolutions`: the vectors that those compute in; null where this processor has none for them.
#include <node_api.h>

#include "kernel.h"
#include "step-function.h"

NAPI_MODULE_INIT() {
  static bool registered = false;
  static const char* convolutions = nullptr;
  TF_Status* status = TF_NewStatus();
  if (!registered) {
    registered = ablate::register_prelu(status) && ablate::register_max_pool(status) && ablate::register_batch_norm(status) && ablate::register_momentum(status) && ablate::register_adam(status) && ablate::register_rows(status);
    if (registered) convolutions = ablate::register_convolution(status);
  }
  ablate::release_loaded_pages();
  if (!registered) napi_throw_error(env, nullptr, TF_Message(status));
  TF_DeleteStatus(status);
  napi_value value;
  if (convolutions)
    napi_create_string_utf8(env, convolutions, NAPI_AUTO_LENGTH, &value);
  else
    napi_get_null(env, &value);
  napi_set_named_property(env, exports, "convolutions", value);
  ablate::export_step_functions(env, exports);
  return exports;
}
