// An addon that makes the context which tfjs-node creates for itself a member of a cluster, so that its collective operations reach the other
// processes. It must be opened with RTLD_GLOBAL before the binding: its TFE_NewContext then stands before the library's.
#include <dlfcn.h>
#include <node_api.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "narrow-bind.h"
#include "tensorflow/c/c_api.h"
#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"
#include "wire.h"

namespace {
std::vector<std::string> addresses;
int rank = 0;
bool nccl = false;
TFE_Context* context = nullptr;
std::atomic<bool> watching{false};
std::string fault;

using NewContext = TFE_Context* (*)(const TFE_ContextOptions*, TF_Status*);
/** The library's own, by its handle: RTLD_NEXT would look no further than the global scope, which the library is not in. */
NewContext library() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&TFE_EnableCollectiveOps), &info);
  return reinterpret_cast<NewContext>(dlsym(dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD), "TFE_NewContext"));
}
}  // namespace

extern "C" __attribute__((visibility("default"))) TFE_Context* TFE_NewContext(const TFE_ContextOptions* given, TF_Status* status) {
  if (addresses.empty() || context) return library()(given, status);
  const std::string config = wire::config(wire::task_name(0), nccl);
  TFE_ContextOptions* options = TFE_NewContextOptions();
  TFE_ContextOptionsSetConfig(options, config.data(), config.size(), status);
  context = TF_GetCode(status) == TF_OK ? library()(options, status) : nullptr;
  TFE_DeleteContextOptions(options);
  if (!context) return nullptr;
  const std::string server = wire::server(addresses, rank, config);
  TFE_EnableCollectiveOps(context, server.data(), server.size(), status);
  if (TF_GetCode(status) != TF_OK) fault = TF_Message(status);
  return context;
}

namespace {
std::string text(napi_env env, napi_value value) {
  size_t size = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &size);
  std::string result(size, 0);
  napi_get_value_string_utf8(env, value, result.data(), size + 1, &size);
  return result;
}

/** join(addresses, rank, listen, nccl): before the binding is loaded. */
napi_value Join(napi_env env, napi_callback_info info) {
  size_t argc = 4;
  napi_value argv[4];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  uint32_t count = 0;
  napi_get_array_length(env, argv[0], &count);
  for (uint32_t index = 0; index < count; index++) {
    napi_value value;
    napi_get_element(env, argv[0], index, &value);
    addresses.push_back(text(env, value));
  }
  napi_get_value_int32(env, argv[1], &rank);
  napi_get_value_bool(env, argv[3], &nccl);
  if (!narrow::to(text(env, argv[2]).c_str())) napi_throw_error(env, nullptr, "the address to listen on is no IPv4 address");
  return nullptr;
}

/** fault(): why this process is no member; undefined where it is. */
napi_value Fault(napi_env env, napi_callback_info) {
  const char* why = !context ? "the library was loaded past it" : !fault.empty() ? fault.c_str() : narrow::times == 0 ? "the address that it listens on cannot be narrowed" : nullptr;
  napi_value value = nullptr;
  if (why) napi_create_string_utf8(env, why, NAPI_AUTO_LENGTH, &value);
  return value;
}

/**
 * watch(seconds, patience): from now on a thread a rank asks whether that rank is there: the library itself waits for ever for one that is
 * gone. Where one is (refused twice), or does not answer `patience` times, all collectives here end with an error that names it. An
 * attribute timeout_seconds would do the same at the price of two sleeping threads a collective.
 */
napi_value Watch(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  double seconds = 1;
  int32_t patience = 5;
  napi_get_value_double(env, argv[0], &seconds);
  napi_get_value_int32(env, argv[1], &patience);
  watching = true;
  const int size = static_cast<int>(addresses.size());
  for (int other = 0; other < size; other++) {
    if (other == rank) continue;
    std::thread([=] {
      TF_Status* status = TF_NewStatus();
      int gone = 0, silent = 0;
      while (watching && gone < 2 && silent < patience) {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
        if (!watching) break;
        TFE_CollectiveOpsCheckPeerHealth(context, wire::task_name(other).c_str(), static_cast<int64_t>(seconds * 1000), status);
        const TF_Code code = TF_GetCode(status);
        gone = code == TF_OK || code == TF_DEADLINE_EXCEEDED ? 0 : gone + 1;
        silent = code == TF_DEADLINE_EXCEEDED ? silent + 1 : 0;
      }
      if (watching) {
        const std::string why = "ablate: rank " + std::to_string(other) + (gone >= 2 ? " is gone" : " does not answer");
        TF_SetStatus(status, TF_ABORTED, why.c_str());
        TFE_AbortCollectiveOps(context, status);
      }
      TF_DeleteStatus(status);
    }).detach();
  }
  return nullptr;
}

/** missing(milliseconds): the ranks that do not answer now. */
napi_value Missing(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr);
  int64_t milliseconds = 0;
  napi_get_value_int64(env, argv[0], &milliseconds);
  napi_value found;
  napi_create_array(env, &found);
  uint32_t count = 0;
  TF_Status* status = TF_NewStatus();
  for (int other = 0; other < static_cast<int>(addresses.size()); other++) {
    if (other == rank) continue;
    TFE_CollectiveOpsCheckPeerHealth(context, wire::task_name(other).c_str(), milliseconds, status);
    if (TF_GetCode(status) == TF_OK) continue;
    napi_value number;
    napi_create_int32(env, other, &number);
    napi_set_element(env, found, count++, number);
  }
  TF_DeleteStatus(status);
  return found;
}

/** unwatch(): ranks may leave from now on. */
napi_value Unwatch(napi_env, napi_callback_info) {
  watching = false;
  return nullptr;
}
}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor all[] = {
      {"join", nullptr, Join, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"fault", nullptr, Fault, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"watch", nullptr, Watch, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"missing", nullptr, Missing, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"unwatch", nullptr, Unwatch, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof(all) / sizeof(all[0]), all);
  return exports;
}
