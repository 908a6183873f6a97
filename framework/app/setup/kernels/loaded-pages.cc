// Loading the native library goes once through its names and its constructors, spread over hundreds of megabytes. Those pages are never needed
// again as they were, but stay in the process's memory until it ends.
#include "kernel.h"

#if defined(__linux__)
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace ablate {
namespace {

/** Whether the loader may have written into the pages of what cannot be written otherwise. */
bool writes_text(const dl_phdr_info& library) {
  for (int index = 0; index < library.dlpi_phnum; index++) {
    if (library.dlpi_phdr[index].p_type != PT_DYNAMIC) continue;
    for (auto entry = reinterpret_cast<const ElfW(Dyn)*>(library.dlpi_addr + library.dlpi_phdr[index].p_vaddr); entry->d_tag != DT_NULL; entry++)
      if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return true;
  }
  return false;
}

int release(dl_phdr_info* library, size_t, void*) {
  if (!std::strstr(library->dlpi_name, "/libtensorflow") || writes_text(*library)) return 0;
  const uintptr_t page = sysconf(_SC_PAGESIZE);
  for (int index = 0; index < library->dlpi_phnum; index++) {
    const ElfW(Phdr)& part = library->dlpi_phdr[index];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_W)) continue;
    const uintptr_t from = library->dlpi_addr + part.p_vaddr, first = (from + page - 1) / page * page, end = (from + part.p_filesz) / page * page;
    if (end > first) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void release_loaded_pages() { dl_iterate_phdr(release, nullptr); }

}  // namespace ablate
#else
namespace ablate {
void release_loaded_pages() {}
}  // namespace ablate
#endif
