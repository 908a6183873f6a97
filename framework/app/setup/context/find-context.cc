// An addon that sees which context the native library makes for tfjs-node's binding, which keeps it to itself. Opened with RTLD_GLOBAL
// before the binding, its TFE_NewContext stands before the library's. It links nothing of the library, so that no name of that becomes global.
// `context()` gives the last one made in this thread as an external value, or undefined.
#include <dlfcn.h>
#include <node_api.h>

#include <initializer_list>

static thread_local void* context = nullptr;

extern "C" __attribute__((visibility("default"))) void* TFE_NewContext(const void* options, void* status) {
  using New = void* (*)(const void*, void*);
  static const New own = [] {
    void* library = nullptr;
    // By the names that it has in the wheel and in tfjs-node's own download.
    for (const char* name : {"libtensorflow_cc.so.2", "libtensorflow.so.2"})
      if (!library) library = dlopen(name, RTLD_NOW | RTLD_NOLOAD);
    return library ? reinterpret_cast<New>(dlsym(library, "TFE_NewContext")) : nullptr;
  }();
  return context = own ? own(options, status) : nullptr;
}

static napi_value Context(napi_env env, napi_callback_info) {
  napi_value value;
  if (context) {
    napi_create_external(env, context, nullptr, nullptr, &value);
  } else {
    napi_get_undefined(env, &value);
  }
  return value;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "context", NAPI_AUTO_LENGTH, Context, nullptr, &function);
  napi_set_named_property(env, exports, "context", function);
  return exports;
}
