// The library's server listens on all of the machine's addresses, whatever it is told. This has it listen on one: its own call of bind is
// led here, by the entry of the library's table of foreign functions (a symbol of this name would come after the C library's).
#pragma once
#include <arpa/inet.h>
#include <link.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <cstring>

namespace narrow {
/** The one IPv4 address; and how often it has taken the place of all. */
inline in_addr address;
inline std::atomic<int> times{0};

inline int bind_to_address(int socket, const sockaddr* wanted, socklen_t length) {
  if (wanted->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in own;
    std::memcpy(&own, wanted, sizeof(own));
    if (own.sin_addr.s_addr != INADDR_ANY) return ::bind(socket, wanted, length);
    own.sin_addr = address;
    times++;
    return ::bind(socket, reinterpret_cast<sockaddr*>(&own), sizeof(own));
  }
  if (wanted->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 own;
    std::memcpy(&own, wanted, sizeof(own));
    const bool any = IN6_IS_ADDR_UNSPECIFIED(&own.sin6_addr);
    // ::ffff:0.0.0.0, which the library asks for too.
    const bool any_mapped = IN6_IS_ADDR_V4MAPPED(&own.sin6_addr) && std::memcmp(&own.sin6_addr.s6_addr[12], "\0\0\0\0", 4) == 0;
    if (!any && !any_mapped) return ::bind(socket, wanted, length);
    std::memset(&own.sin6_addr, 0, sizeof(own.sin6_addr));
    own.sin6_addr.s6_addr[10] = own.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(&own.sin6_addr.s6_addr[12], &address, 4);
    times++;
    return ::bind(socket, reinterpret_cast<sockaddr*>(&own), sizeof(own));
  }
  return ::bind(socket, wanted, length);
}

/** Leads the calls of bind of one loaded library here. */
inline int lead_here(dl_phdr_info* object, size_t, void*) {
  if (!std::strstr(object->dlpi_name, "libtensorflow")) return 0;
  const ElfW(Dyn)* dynamic = nullptr;
  for (int index = 0; index < object->dlpi_phnum; index++)
    if (object->dlpi_phdr[index].p_type == PT_DYNAMIC) dynamic = reinterpret_cast<const ElfW(Dyn)*>(object->dlpi_addr + object->dlpi_phdr[index].p_vaddr);
  if (!dynamic) return 0;
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  struct { const ElfW(Rela)* entries = nullptr; size_t bytes = 0; } tables[2];
  for (; dynamic->d_tag != DT_NULL; dynamic++) {
    const auto place = dynamic->d_un.d_ptr;
    switch (dynamic->d_tag) {
      case DT_SYMTAB: symbols = reinterpret_cast<const ElfW(Sym)*>(place); break;
      case DT_STRTAB: names = reinterpret_cast<const char*>(place); break;
      case DT_JMPREL: tables[0].entries = reinterpret_cast<const ElfW(Rela)*>(place); break;
      case DT_PLTRELSZ: tables[0].bytes = dynamic->d_un.d_val; break;
      case DT_RELA: tables[1].entries = reinterpret_cast<const ElfW(Rela)*>(place); break;
      case DT_RELASZ: tables[1].bytes = dynamic->d_un.d_val; break;
    }
  }
  if (!symbols || !names) return 0;
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  for (const auto& [entries, bytes] : tables)
    for (size_t index = 0; entries && index < bytes / sizeof(ElfW(Rela)); index++) {
      const auto symbol = ELF64_R_SYM(entries[index].r_info);
      if (symbol == 0 || std::strcmp(names + symbols[symbol].st_name, "bind") != 0) continue;
      auto* slot = reinterpret_cast<void**>(object->dlpi_addr + entries[index].r_offset);
      void* begin = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(slot) & ~(page - 1));
      if (mprotect(begin, page, PROT_READ | PROT_WRITE) == 0) *slot = reinterpret_cast<void*>(&bind_to_address);
    }
  return 0;
}

/** From now on the library listens on this address alone; false where it is no IPv4 address. */
inline bool to(const char* text) {
  if (inet_pton(AF_INET, text, &address) != 1) return false;
  dl_iterate_phdr(lead_here, nullptr);
  return true;
}
}  // namespace narrow
