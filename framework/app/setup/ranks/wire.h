// The few protobuf messages that TensorFlow's collective runtime wants, written by hand (tensorflow.ServerDef, ConfigProto).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace wire {
inline void varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}
inline void number(std::string& out, int field, uint64_t value) {
  varint(out, field << 3);
  varint(out, value);
}
inline void bytes(std::string& out, int field, const std::string& value) {
  varint(out, field << 3 | 2);
  varint(out, value.size());
  out += value;
}

/** Number of a rank's task. The library orders members by their names as text: names of one length keep the order of the ranks. */
inline int task(int rank) { return 100000 + rank; }
inline std::string task_name(int rank) { return "/job:worker/replica:0/task:" + std::to_string(task(rank)); }

/** tensorflow.ConfigProto with experimental.collective_group_leader and .collective_nccl. */
inline std::string config(const std::string& leader, bool nccl) {
  std::string experimental, config;
  bytes(experimental, 1, leader);
  if (nccl) number(experimental, 7, 1);
  bytes(config, 16, experimental);
  return config;
}

/** tensorflow.ServerDef of a rank in a cluster of one job "worker". */
inline std::string server(const std::vector<std::string>& addresses, int rank, const std::string& config) {
  std::string job, cluster, server;
  bytes(job, 1, "worker");
  for (size_t index = 0; index < addresses.size(); index++) {
    std::string entry;
    number(entry, 1, task(static_cast<int>(index)));
    bytes(entry, 2, addresses[index]);
    bytes(job, 2, entry);
  }
  bytes(cluster, 1, job);
  bytes(server, 1, cluster);
  bytes(server, 2, "worker");
  number(server, 3, task(rank));
  bytes(server, 4, config);
  bytes(server, 5, "grpc");
  return server;
}
}  // namespace wire
