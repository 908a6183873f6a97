// The addon that gives the native library the kernels of this folder, and JavaScript the functions of step-function.h. Exports `convolutions`: whether this processor has the instructions for those.
#include <node_api.h>

#include "kernel.h"
#include "step-function.h"

NAPI_MODULE_INIT() {
  static bool registered = false;
  static bool convolutions = false;
  TF_Status* status = TF_NewStatus();
  if (!registered) {
    registered = ablate::register_prelu(status) && ablate::register_max_pool(status) && ablate::register_batch_norm(status) && ablate::register_momentum(status) && ablate::register_adam(status) && ablate::register_rows(status);
    convolutions = registered && ablate::register_convolution(status);
  }
  if (!registered) napi_throw_error(env, nullptr, TF_Message(status));
  TF_DeleteStatus(status);
  napi_value value;
  napi_get_boolean(env, convolutions, &value);
  napi_set_named_property(env, exports, "convolutions", value);
  ablate::export_step_functions(env, exports);
  return exports;
}
