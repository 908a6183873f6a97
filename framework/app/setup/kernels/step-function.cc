// Functions of the native library's context, made of graphs: a whole training step is then one call.
#include "step-function.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace ablate {
namespace {

template <typename T, void (*Delete)(T*)>
struct Deleter {
  void operator()(T* held) const { Delete(held); }
};
template <typename T, void (*Delete)(T*)>
using Held = std::unique_ptr<T, Deleter<T, Delete>>;
using Status = Held<TF_Status, TF_DeleteStatus>;
using Graph = Held<TF_Graph, TF_DeleteGraph>;

/** Whether all went well; throws in JavaScript where it did not. */
bool good(napi_env env, const Status& status) {
  if (TF_GetCode(status.get()) == TF_OK) return true;
  napi_throw_error(env, nullptr, TF_Message(status.get()));
  return false;
}

std::string text_of(napi_env env, napi_value value) {
  size_t size = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &size);
  std::string text(size, '\0');
  napi_get_value_string_utf8(env, value, text.data(), size + 1, &size);
  return text;
}

/** A graph of a serialized GraphDef; null after an error. */
Graph graph_of(napi_env env, napi_value bytes) {
  void* data = nullptr;
  size_t size = 0;
  napi_get_typedarray_info(env, bytes, nullptr, &size, &data, nullptr, nullptr);
  Status status(TF_NewStatus());
  Graph graph(TF_NewGraph());
  Held<TF_Buffer, TF_DeleteBuffer> buffer(TF_NewBufferFromString(data, size));
  Held<TF_ImportGraphDefOptions, TF_DeleteImportGraphDefOptions> options(TF_NewImportGraphDefOptions());
  TF_GraphImportGraphDef(graph.get(), buffer.get(), options.get(), status.get());
  if (!good(env, status)) return nullptr;
  return graph;
}

/** Outputs by their names, `node:0`; empty after an error. */
std::vector<TF_Output> outputs_of(napi_env env, TF_Graph* graph, napi_value names) {
  uint32_t count = 0;
  napi_get_array_length(env, names, &count);
  std::vector<TF_Output> outputs;
  for (uint32_t index = 0; index < count; index++) {
    napi_value name;
    napi_get_element(env, names, index, &name);
    const std::string text = text_of(env, name);
    const size_t colon = text.rfind(':');
    TF_Operation* operation = TF_GraphOperationByName(graph, text.substr(0, colon).c_str());
    if (!operation) {
      napi_throw_error(env, nullptr, ("no operation is called " + text).c_str());
      return {};
    }
    outputs.push_back({operation, std::atoi(text.c_str() + colon + 1)});
  }
  return outputs;
}

/** inferShapes(graphDef, outputs): the shape of each that follows from the graph, −1 for a side that does not; null without a rank. */
napi_value infer_shapes(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  const Graph graph = graph_of(env, given[0]);
  if (!graph) return nullptr;
  const std::vector<TF_Output> outputs = outputs_of(env, graph.get(), given[1]);
  napi_value shapes;
  napi_create_array_with_length(env, outputs.size(), &shapes);
  Status status(TF_NewStatus());
  for (size_t index = 0; index < outputs.size(); index++) {
    napi_value shape;
    const int rank = TF_GraphGetTensorNumDims(graph.get(), outputs[index], status.get());
    if (!good(env, status)) return nullptr;
    if (rank < 0) {
      napi_get_null(env, &shape);
    } else {
      std::vector<int64_t> sides(rank);
      TF_GraphGetTensorShape(graph.get(), outputs[index], sides.data(), rank, status.get());
      if (!good(env, status)) return nullptr;
      napi_create_array_with_length(env, rank, &shape);
      for (int axis = 0; axis < rank; axis++) {
        napi_value side;
        napi_create_int64(env, sides[axis], &side);
        napi_set_element(env, shape, axis, side);
      }
    }
    napi_set_element(env, shapes, index, shape);
  }
  return shapes;
}

TFE_Context* context_of(napi_env env, napi_value value) {
  void* context = nullptr;
  napi_get_value_external(env, value, &context);
  return static_cast<TFE_Context*>(context);
}

/** defineFunction(context, name, graphDef, inputs, outputs): an operation of that name which computes the outputs from the inputs. */
napi_value define_function(napi_env env, napi_callback_info info) {
  size_t count = 5;
  napi_value given[5];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  const std::string name = text_of(env, given[1]);
  const Graph graph = graph_of(env, given[2]);
  if (!graph) return nullptr;
  const std::vector<TF_Output> inputs = outputs_of(env, graph.get(), given[3]), outputs = outputs_of(env, graph.get(), given[4]);
  std::vector<std::string> names;
  for (size_t index = 0; index < outputs.size(); index++) names.push_back("result" + std::to_string(index));
  std::vector<const char*> result_names;
  for (const std::string& result : names) result_names.push_back(result.c_str());
  Status status(TF_NewStatus());
  Held<TF_Function, TF_DeleteFunction> function(TF_GraphToFunction(graph.get(), name.c_str(), 0, -1, nullptr, static_cast<int>(inputs.size()), inputs.data(), static_cast<int>(outputs.size()), outputs.data(),
                                                                   result_names.data(), nullptr, nullptr, status.get()));
  if (!good(env, status)) return nullptr;
  TFE_ContextAddFunction(context_of(env, given[0]), function.get(), status.get());
  good(env, status);
  return nullptr;
}

/** removeFunction(context, name) */
napi_value remove_function(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2];
  napi_get_cb_info(env, info, &count, given, nullptr, nullptr);
  Status status(TF_NewStatus());
  TFE_ContextRemoveFunction(context_of(env, given[0]), text_of(env, given[1]).c_str(), status.get());
  good(env, status);
  return nullptr;
}

}  // namespace

void export_step_functions(napi_env env, napi_value exports) {
  const std::pair<const char*, napi_callback> functions[] = {{"inferShapes", infer_shapes}, {"defineFunction", define_function}, {"removeFunction", remove_function}};
  for (const auto& [name, callback] : functions) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  }
}

}  // namespace ablate
