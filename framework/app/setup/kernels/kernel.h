// What the kernels of this folder share. They are operations that a training step needs and the native library lacks or does slowly;
// they become operations of the library when the addon is loaded. Each result is the same bits with any number of threads.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

// Of tensorflow/c/kernels.h, which itself wants headers from all over the library.
extern "C" {
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
TF_KernelBuilder* TF_NewKernelBuilder(const char* op_name, const char* device_name, void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*), void (*destroy)(void*));
void TF_RegisterKernelBuilder(const char* kernel_name, TF_KernelBuilder* builder, TF_Status* status);
int TF_NumInputs(TF_OpKernelContext* context);
void TF_GetInput(TF_OpKernelContext* context, int index, TF_Tensor** tensor, TF_Status* status);
TF_Tensor* TF_AllocateOutput(TF_OpKernelContext* context, int index, TF_DataType type, const int64_t* dims, int num_dims, size_t bytes, TF_Status* status);
void TF_OpKernelContext_Failure(TF_OpKernelContext* context, TF_Status* status);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction* construction, TF_Status* status);
void TF_OpKernelConstruction_GetAttrInt64(TF_OpKernelConstruction* construction, const char* name, int64_t* value, TF_Status* status);
}

// The best instructions of the processor that runs it, chosen when the addon is loaded.
#if defined(__x86_64__) && defined(__clang__) && __has_attribute(target_clones)
#define VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTORIZED
#endif

namespace ablate {

/** Threads that wait for work; as many as the library's own, this one among them. Never ends: it must outlive every kernel. */
class Pool {
 public:
  static Pool& instance() {
    static Pool* pool = new Pool();
    return *pool;
  }

  /** Runs body(0 … parts − 1), each once, and returns when all are done. */
  void run(int64_t parts, const std::function<void(int64_t)>& body) {
    if (parts <= 1 || workers_ == 0) {
      for (int64_t part = 0; part < parts; part++) body(part);
      return;
    }
    std::lock_guard<std::mutex> one_at_a_time(turn_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      body_ = &body;
      parts_ = parts;
      next_ = 0;
      left_ = parts;
      round_++;
    }
    begun_.notify_all();
    std::unique_lock<std::mutex> lock(mutex_);
    take(lock);
    done_.wait(lock, [this] { return left_ == 0; });
  }

 private:
  Pool() {
    const char* text = std::getenv("TF_NUM_INTRAOP_THREADS");
    int count = text ? std::atoi(text) : 0;
    if (count <= 0) count = static_cast<int>(std::thread::hardware_concurrency());
    workers_ = std::max(0, count - 1);
    for (int index = 0; index < workers_; index++) std::thread([this] { serve(); }).detach();
  }

  void serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (uint64_t seen = round_;;) {
      begun_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      take(lock);
    }
  }

  /** Takes parts until none is left to begin. */
  void take(std::unique_lock<std::mutex>& lock) {
    while (next_ < parts_) {
      const int64_t part = next_++;
      const std::function<void(int64_t)>& body = *body_;
      lock.unlock();
      body(part);
      lock.lock();
      if (--left_ == 0) done_.notify_one();
    }
  }

  std::mutex turn_, mutex_;
  std::condition_variable begun_, done_;
  const std::function<void(int64_t)>* body_ = nullptr;
  int64_t parts_ = 0, next_ = 0, left_ = 0;
  uint64_t round_ = 0;
  int workers_ = 0;
};

/** A kernel's inputs and outputs; `good` is false once something is amiss, which TensorFlow has then been told. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  TF_Tensor* input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return hold(tensor);
  }
  TF_Tensor* output(int index, const std::vector<int64_t>& shape, TF_DataType type = TF_FLOAT) {
    int64_t size = 1;
    for (int64_t side : shape) size *= side;
    return hold(TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), size * TF_DataTypeSize(type), status_));
  }
  void require(bool condition, const char* message) {
    if (condition || !good) return;
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    fail();
  }
  bool good = true;

 private:
  TF_Tensor* hold(TF_Tensor* tensor) {
    if (tensor) held_.push_back(tensor);
    if (good && TF_GetCode(status_) != TF_OK) fail();
    return tensor;
  }
  void fail() {
    good = false;
    TF_OpKernelContext_Failure(context_, status_);
  }
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

template <typename T = float>
T* data(TF_Tensor* tensor) {
  return static_cast<T*>(TF_TensorData(tensor));
}

inline std::vector<int64_t> shape_of(const TF_Tensor* tensor) {
  std::vector<int64_t> shape(TF_NumDims(tensor));
  for (size_t axis = 0; axis < shape.size(); axis++) shape[axis] = TF_Dim(tensor, static_cast<int>(axis));
  return shape;
}

/** Numbers that one part of the work covers: enough that waking a thread is worth it. */
constexpr int64_t kGrain = 1 << 15;

/** Rows whose sum single precision keeps well. */
constexpr int64_t kRowsInSingle = 256;

/** Sums over rows of `count` numbers by channel that `add(first row, rows, sums [count · channels])` adds, the same with any number of threads. */
template <typename Add>
std::vector<double> sums_by_channel(int64_t rows, int64_t channels, int64_t count, Add add) {
  const int64_t width = count * channels, block = std::max<int64_t>(1, kGrain / channels), parts = (rows + block - 1) / block;
  std::vector<double> each(parts * width, 0.0), total(width, 0.0);
  Pool::instance().run(parts, [&](int64_t part) {
    std::vector<float> few(width);
    const int64_t end = std::min(rows, (part + 1) * block);
    for (int64_t row = part * block; row < end; row += kRowsInSingle) {
      std::fill(few.begin(), few.end(), 0.0f);
      add(row, std::min(kRowsInSingle, end - row), few.data());
      for (int64_t c = 0; c < width; c++) each[part * width + c] += few[c];
    }
  });
  for (int64_t part = 0; part < parts; part++)
    for (int64_t c = 0; c < width; c++) total[c] += each[part * width + c];
  return total;
}

/** Calls body(first row, rows) for parts of all rows. */
template <typename Body>
void in_parts(int64_t rows, int64_t channels, Body body) {
  const int64_t block = std::max<int64_t>(1, kGrain / channels);
  Pool::instance().run((rows + block - 1) / block, [&](int64_t part) { body(part * block, std::min(block, rows - part * block)); });
}

/** A kernel's settings from attributes that are whole numbers; `fault` says what is wrong with them, or null. What it returns is deleted by `delete_settings`. */
template <typename Settings>
void* create_settings(TF_OpKernelConstruction* construction, std::initializer_list<std::pair<const char*, int64_t Settings::*>> attributes, const char* (*fault)(const Settings&) = nullptr) {
  Settings* settings = new Settings();
  TF_Status* status = TF_NewStatus();
  for (const auto& [name, member] : attributes) {
    if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrInt64(construction, name, &(settings->*member), status);
  }
  const char* wrong = TF_GetCode(status) == TF_OK && fault ? fault(*settings) : nullptr;
  if (wrong) TF_SetStatus(status, TF_INVALID_ARGUMENT, wrong);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

template <typename Settings>
void delete_settings(void* settings) {
  delete static_cast<Settings*>(settings);
}

/** Registers an operation and its kernel for the processor; false with a reason where TensorFlow refuses. */
inline bool define(const char* name, const std::vector<const char*>& attributes, const std::vector<const char*>& inputs, const std::vector<const char*>& outputs, void (*compute)(void*, TF_OpKernelContext*), TF_Status* status,
            void* (*create)(TF_OpKernelConstruction*) = nullptr, void (*destroy)(void*) = nullptr) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, [](TF_ShapeInferenceContext* context, TF_Status* status) { TF_ShapeInferenceContextSetUnknownShape(context, status); });
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return false;
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create, compute, destroy), status);
  return TF_GetCode(status) == TF_OK;
}

using Registration = bool (*)(TF_Status*);
bool register_prelu(TF_Status* status);
bool register_max_pool(TF_Status* status);
bool register_batch_norm(TF_Status* status);
bool register_momentum(TF_Status* status);
bool register_adam(TF_Status* status);
bool register_rows(TF_Status* status);
/** Returns the name of the vectors that the convolutions compute in; null where they are not registered. */
const char* register_convolution(TF_Status* status);

/** Gives the pages of the library's files that were needed to load it back to the system, which reads them again where they are asked for. */
void release_loaded_pages();

}  // namespace ablate
