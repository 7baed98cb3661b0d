// Neutral WebSocket load generator: one thread, epoll, raw RFC 6455 frames (zero mask).
// Protocol adapters: raw (opaque JSON echo), mesh (JSON command frames), sio (Socket.IO v5 on
// Engine.IO v4), col (Colyseus room messages). Build: g++ -O2 -std=c++17 -o gen gen.cpp
#include <arpa/inet.h>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>
#include <algorithm>

static uint64_t now_ns() {
  timespec t; clock_gettime(CLOCK_MONOTONIC, &t);
  return uint64_t(t.tv_sec) * 1000000000ull + t.tv_nsec;
}

// ---------------------------------------------------------------- histogram (ns, ~3% buckets)
struct Hist {
  std::vector<uint64_t> b = std::vector<uint64_t>(64 * 32, 0);
  uint64_t n = 0, mx = 0; double sum = 0;
  static int idx(uint64_t v) {
    if (v < 32) return int(v);
    int e = 63 - __builtin_clzll(v);
    return (e - 4) * 32 + int((v >> (e - 5)) & 31);
  }
  static double mid(int i) {
    if (i < 32) return i;
    int e = i / 32 + 4, m = i % 32;
    return std::ldexp(32.0 + m + 0.5, e - 5);
  }
  void add(uint64_t v) { b[idx(v)]++; n++; sum += double(v); if (v > mx) mx = v; }
  double q(double p) const {
    if (!n) return 0;
    uint64_t want = uint64_t(std::ceil(p * double(n))), c = 0;
    for (size_t i = 0; i < b.size(); i++) { c += b[i]; if (c >= want) return mid(int(i)); }
    return double(mx);
  }
  void reset() { std::fill(b.begin(), b.end(), 0); n = 0; mx = 0; sum = 0; }
};

// ---------------------------------------------------------------- observed server processes
struct Proc { std::string name; int pid; };
struct Usage { double cpu = 0, user = 0, sys = 0; long rss_kb = 0; };
static Usage usage(int pid) {
  Usage u; clockid_t c; timespec t;
  if (clock_getcpuclockid(pid, &c) == 0 && clock_gettime(c, &t) == 0) u.cpu = t.tv_sec + t.tv_nsec * 1e-9;
  char p[64], buf[2048]; snprintf(p, sizeof p, "/proc/%d/stat", pid);
  if (FILE* f = fopen(p, "r")) {
    size_t n = fread(buf, 1, sizeof buf - 1, f); buf[n] = 0; fclose(f);
    char* s = strrchr(buf, ')'); unsigned long ut = 0, st = 0; long rss = 0;
    if (s) {
      sscanf(s + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &ut, &st, &rss);
      double hz = double(sysconf(_SC_CLK_TCK)); u.user = ut / hz; u.sys = st / hz; u.rss_kb = rss * (sysconf(_SC_PAGESIZE) / 1024);
    }
  }
  return u;
}
static double self_cpu() { timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec * 1e-9; }

// ---------------------------------------------------------------- options
struct Opt {
  std::string mode = "rpc", proto = "mesh", host = "127.0.0.1", path = "/", subpath, pubpath, label = "?", target = "room", room = "r1", strid = "0", precmd, ns = "mesh", command = "echo";
  int port = 0, port2 = 0, conns = 50, window = 16, subs = 100, inflight = 4, pad = 32, par = 64, hold = 0, steps = 0;
  double rate = 0, warm = 1, dur = 3;
  std::vector<Proc> procs;
} O;

// ---------------------------------------------------------------- connections
enum State { CONNECTING, HTTP, WSUP, READY, DEAD };
enum Role { RPC, SUB, PUB, IDLE };
struct Conn {
  int fd = -1; int port = 0; State st = CONNECTING; Role role = RPC; bool wantOut = false; bool joined = false;
  std::string in, out; size_t rp = 0, wp = 0; std::string frag; std::string path;
  uint64_t nextId = 1; int outstanding = 0; std::vector<uint64_t> t0; bool dirty = false; int idx = 0;
};
static int ep;
static std::vector<std::unique_ptr<Conn>> conns;
static std::vector<Conn*> dirtyList;
static int readyCount = 0, joinedCount = 0, deadCount = 0, openedCount = 0;
static uint64_t replies = 0, deliveries = 0, published = 0, rxBytes = 0, sent = 0, acks = 0, errors = 0;
static Hist H; static bool measuring = false; static bool closedLoop = true; static bool running = false;
static std::string padText;

static void mark(Conn* c) { if (!c->dirty) { c->dirty = true; dirtyList.push_back(c); } }
static void frame(Conn* c, const char* d, size_t n, int op = 1) {
  if (c->st == DEAD) return;
  unsigned char h[14]; size_t k = 0; h[k++] = 0x80 | op;
  if (n < 126) h[k++] = 0x80 | n;
  else if (n < 65536) { h[k++] = 0x80 | 126; h[k++] = n >> 8; h[k++] = n & 255; }
  else { h[k++] = 0x80 | 127; for (int i = 7; i >= 0; i--) h[k++] = (uint64_t(n) >> (8 * i)) & 255; }
  h[k++] = 0; h[k++] = 0; h[k++] = 0; h[k++] = 0;
  c->out.append((char*)h, k); c->out.append(d, n); mark(c);
}
static void kill_conn(Conn* c, const char* why) {
  if (c->st == DEAD) return;
  if (c->st == READY) readyCount--;
  c->st = DEAD; deadCount++;
  if (deadCount <= 3) fprintf(stderr, "[gen] connection %d lost: %s\n", c->idx, why);
  linger l{1, 0}; setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l); close(c->fd); c->fd = -1;
}
static void flush(Conn* c) {
  if (c->st == DEAD || c->st == CONNECTING) return;
  while (c->wp < c->out.size()) {
    ssize_t n = send(c->fd, c->out.data() + c->wp, c->out.size() - c->wp, MSG_NOSIGNAL);
    if (n < 0) { if (errno == EAGAIN) break; kill_conn(c, strerror(errno)); return; }
    c->wp += n;
  }
  bool pend = c->wp < c->out.size();
  if (!pend) { c->out.clear(); c->wp = 0; }
  if (pend != c->wantOut) {
    epoll_event e{}; e.events = EPOLLIN | (pend ? EPOLLOUT : 0u); e.data.ptr = c; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); c->wantOut = pend;
  }
}
static void flush_dirty() {
  for (size_t i = 0; i < dirtyList.size(); i++) { Conn* c = dirtyList[i]; c->dirty = false; flush(c); }
  dirtyList.clear();
}

// ---------------------------------------------------------------- protocol adapters: sending
static void mesh_cmd(Conn* c, const char* cmd, const char* payload, uint64_t id) {
  char b[2048]; const char* q = O.strid == "1" ? "\"" : "";
  int n = snprintf(b, sizeof b, "{\"id\":%s%llu%s,\"command\":\"%s\",\"payload\":%s}", q, (unsigned long long)id, q, cmd, payload);
  frame(c, b, n);
}
static void sio_cmd(Conn* c, const char* ev, const char* payload, uint64_t id, bool ack) {
  char b[2048]; int n;
  if (ack) n = snprintf(b, sizeof b, "42%llu[\"%s\",%s]", (unsigned long long)id, ev, payload);
  else n = snprintf(b, sizeof b, "42[\"%s\",%s]", ev, payload);
  frame(c, b, n);
}
// msgpack helpers for the Colyseus adapter (room data = byte 13, msgpack type, msgpack body)
static void mp_str(std::string& s, const char* t) {
  size_t n = strlen(t);
  if (n < 32) s.push_back(char(0xa0 | n)); else { s.push_back(char(0xd9)); s.push_back(char(n)); }
  s.append(t, n);
}
static void mp_u32(std::string& s, uint64_t v) { s.push_back(char(0xce)); for (int i = 3; i >= 0; i--) s.push_back(char(v >> (8 * i))); }
static void mp_f64(std::string& s, double d) { uint64_t v; memcpy(&v, &d, 8); s.push_back(char(0xcb)); for (int i = 7; i >= 0; i--) s.push_back(char(v >> (8 * i))); }
static void col_cmd(Conn* c, const char* type, uint64_t id, uint64_t ts) {
  std::string s; s.push_back(13); mp_str(s, type); s.push_back(char(0x83));
  mp_str(s, "_id"); mp_u32(s, id); mp_str(s, "_ts"); mp_f64(s, double(ts)); mp_str(s, "text"); mp_str(s, padText.c_str());
  frame(c, s.data(), s.size(), 2);
}
static void payload_for(char* b, size_t n, uint64_t seq, uint64_t ts) {
  snprintf(b, n, "{\"seq\":%llu,\"_ts\":%llu,\"text\":\"%s\"}", (unsigned long long)seq, (unsigned long long)ts, padText.c_str());
}
static void send_rpc(Conn* c, uint64_t ts) {
  uint64_t id = c->nextId++; c->t0[id % c->t0.size()] = ts; c->outstanding++; sent++;
  if (O.proto == "col") { col_cmd(c, "echo", id, ts); return; }
  char p[1024]; payload_for(p, sizeof p, id, ts);
  if (O.proto == "sio") sio_cmd(c, "echo", p, id, true);
  else mesh_cmd(c, O.command.c_str(), p, id);
}
static void send_pub(Conn* c, uint64_t ts) {
  uint64_t id = c->nextId++; published++;
  char p[1024]; payload_for(p, sizeof p, id, ts);
  if (O.proto == "raw") { frame(c, p, strlen(p)); return; }
  if (O.proto == "col") { col_cmd(c, "pub", id, ts); return; }
  if (O.proto == "sio") { sio_cmd(c, "pub", p, 0, false); return; }
  if (O.target == "record") {
    snprintf(p, sizeof p, "{\"f%llu\":\"_ts%llu\"}", (unsigned long long)(id % 100), (unsigned long long)ts);
    mesh_cmd(c, "recset", p, id); return;
  }
  mesh_cmd(c, O.target == "channel" ? "pubch" : "pub", p, id);
}
static void join(Conn* c) {
  if (c->role == PUB || c->role == RPC || c->role == IDLE) { c->joined = true; joinedCount++; return; }
  char p[256];
  if (O.proto == "raw" || O.proto == "col") { c->joined = true; joinedCount++; return; }
  uint64_t id = 900000000ull;
  if (O.proto == "sio") { snprintf(p, sizeof p, "\"%s\"", O.room.c_str()); sio_cmd(c, "join", p, id, true); return; }
  if (O.target == "channel") { snprintf(p, sizeof p, "{\"channel\":\"%s\"}", O.room.c_str()); mesh_cmd(c, (O.ns + "/subscribe-channel").c_str(), p, id); }
  else if (O.target == "record") { snprintf(p, sizeof p, "{\"recordId\":\"%s\",\"mode\":\"patch\"}", O.room.c_str()); mesh_cmd(c, (O.ns + "/subscribe-record").c_str(), p, id); }
  else { snprintf(p, sizeof p, "{\"roomName\":\"%s\"}", O.room.c_str()); mesh_cmd(c, (O.ns + "/join-room").c_str(), p, id); }
}
static void ready(Conn* c) {
  if (c->st == READY) return;
  c->st = READY; readyCount++; if (c->role != SUB) join(c);
}

// ---------------------------------------------------------------- protocol adapters: receiving
static inline uint64_t num_at(const char* p, const char* e) {
  while (p < e && (*p < '0' || *p > '9')) p++;
  uint64_t v = 0; while (p < e && *p >= '0' && *p <= '9') v = v * 10 + (*p++ - '0');
  return v;
}
static inline const char* find(const char* d, size_t n, const char* s, size_t k) { return (const char*)memmem(d, n, s, k); }

static void on_reply(Conn* c, uint64_t id) {
  if (id == 900000000ull) { if (!c->joined) { c->joined = true; joinedCount++; } return; }
  if (c->role == PUB) { acks++; return; }
  if (c->outstanding <= 0) return;
  c->outstanding--; replies++;
  uint64_t t = now_ns();
  if (measuring) H.add(t - c->t0[id % c->t0.size()]);
  if (running && closedLoop) send_rpc(c, t);
}
static void on_delivery(Conn* c, const char* d, size_t n) {
  (void)c; deliveries++;
  if (!measuring) return;
  const char* e = d + n; const char* p = find(d, n, "_ts", 3); if (!p) return;
  uint64_t ts;
  if (O.proto == "col") { ts = 0; p += 4; for (int i = 0; i < 8 && p < e; i++) ts = ts << 8 | (unsigned char)*p++; double f; memcpy(&f, &ts, 8); ts = f > 0 && f < 1e18 ? uint64_t(f) : 0; }
  else ts = num_at(p + 3, e);
  uint64_t t = now_ns(); if (ts && t > ts && t - ts < 60000000000ull) H.add(t - ts);
}
static bool starts(const char* d, size_t n, const char* s) { size_t k = strlen(s); return n >= k && memcmp(d, s, k) == 0; }

static void on_msg(Conn* c, const char* d, size_t n) {
  const char* e = d + n;
  if (O.proto == "raw") {
    if (c->role == SUB) { on_delivery(c, d, n); return; }
    const char* p = find(d, n, "\"id\":", 5); if (p) on_reply(c, num_at(p + 5, e));
    return;
  }
  if (O.proto == "mesh") {
    const char* p = nullptr;
    if (starts(d, n, "{\"id\":")) p = d + 6;
    else if (c->role != SUB || !c->joined) { const char* q = find(d, n < 160 ? n : 160, "\"id\":", 5); if (q && q > d && (q[-1] == ',' || q[-1] == '{')) p = q + 5; }
    if (p && !(p < e && *p == 'n')) {
      if (c->role == SUB && !c->joined && find(d, n, "\"success\":false", 15)) errors++;
      on_reply(c, num_at(p, e)); return;
    }
    const char* q = find(d, n, "\"command\":\"", 11); if (!q) return;
    q += 11; size_t m = e - q;
    static const std::string subMsg = O.ns + "/subscription-message", recUpd = O.ns + "/record-update", assign = O.ns + "/assign-id";
    if (starts(q, m, "msg\"") || starts(q, m, subMsg.c_str()) || starts(q, m, recUpd.c_str())) on_delivery(c, d, n);
    else if (starts(q, m, assign.c_str())) ready(c);
    else if (starts(q, m, "ping\"")) { static const char s[] = "{\"command\":\"pong\",\"payload\":{}}"; frame(c, s, sizeof s - 1); }
    else if (starts(q, m, "latency:request")) { static const char s[] = "{\"command\":\"latency:response\",\"payload\":{}}"; frame(c, s, sizeof s - 1); }
    return;
  }
  if (O.proto == "sio") {
    if (n >= 2 && d[0] == '4' && d[1] == '3') on_reply(c, num_at(d + 2, e));
    else if (n >= 2 && d[0] == '4' && d[1] == '2') on_delivery(c, d, n);
    else if (d[0] == '2') frame(c, "3", 1);
    else if (d[0] == '0') frame(c, "40", 2);
    else if (n >= 2 && d[0] == '4' && d[1] == '0') ready(c);
    return;
  }
  if (O.proto == "col") {
    if (c->st != READY) { if ((unsigned char)d[0] == 10) { char k = 10; frame(c, &k, 1, 2); ready(c); c->joined = true; if (c->role == SUB) joinedCount++; } return; }
    if ((unsigned char)d[0] != 13) return;
    if (c->role == SUB) { on_delivery(c, d, n); return; }
    const char* p = find(d, n, "_id", 3); if (!p) return;
    // numbers come back as the smallest msgpack form
    p += 3; unsigned char k = *p++; uint64_t v = 0; int len = k < 0x80 ? 0 : k == 0xcc ? 1 : k == 0xcd ? 2 : k == 0xce ? 4 : 8;
    if (!len) v = k; else for (int i = 0; i < len; i++) v = v << 8 | (unsigned char)*p++;
    on_reply(c, v);
  }
}

// ---------------------------------------------------------------- wire
static void on_http(Conn* c) {
  size_t h = c->in.find("\r\n\r\n"); if (h == std::string::npos) return;
  if (c->in.compare(0, 12, "HTTP/1.1 101") != 0) { kill_conn(c, c->in.substr(0, c->in.find('\r')).c_str()); return; }
  c->rp = h + 4; c->st = WSUP;
  if (O.proto == "raw") ready(c);
  else if (O.proto == "mesh" && getenv("GEN_NO_ASSIGN")) ready(c);
}
static void parse(Conn* c) {
  while (c->st != DEAD) {
    size_t have = c->in.size() - c->rp; if (have < 2) break;
    const unsigned char* p = (const unsigned char*)c->in.data() + c->rp;
    int op = p[0] & 15; bool fin = p[0] & 0x80; uint64_t n = p[1] & 127; size_t k = 2;
    if (n == 126) { if (have < 4) break; n = p[2] << 8 | p[3]; k = 4; }
    else if (n == 127) { if (have < 10) break; n = 0; for (int i = 2; i < 10; i++) n = n << 8 | p[i]; k = 10; }
    if (have < k + n) break;
    const char* d = (const char*)p + k; c->rp += k + n;
    if (op == 8) { kill_conn(c, "close frame"); return; }
    else if (op == 9) frame(c, d, n, 10);
    else if (op == 10) {}
    else if (fin && op != 0) on_msg(c, d, n);
    else { c->frag.append(d, n); if (fin) { on_msg(c, c->frag.data(), c->frag.size()); c->frag.clear(); } }
  }
  if (c->rp == c->in.size()) { c->in.clear(); c->rp = 0; }
  else if (c->rp > 65536) { c->in.erase(0, c->rp); c->rp = 0; }
}
static char rbuf[1 << 18];
static void on_event(Conn* c, uint32_t ev) {
  if (c->st == DEAD) return;
  if (c->st == CONNECTING && (ev & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
    int er = 0; socklen_t l = sizeof er; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &er, &l);
    if (er) { kill_conn(c, strerror(er)); return; }
    c->st = HTTP; c->wantOut = true;
    std::string path = c->path;
    c->out = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(c->port) +
             "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    flush(c); return;
  }
  if (ev & EPOLLOUT) flush(c);
  if (ev & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    for (;;) {
      ssize_t n = recv(c->fd, rbuf, sizeof rbuf, 0);
      if (n == 0) { kill_conn(c, "eof"); return; }
      if (n < 0) { if (errno != EAGAIN) { kill_conn(c, strerror(errno)); } break; }
      rxBytes += n; c->in.append(rbuf, n);
      if (c->st == HTTP) on_http(c);
      if (c->st == WSUP || c->st == READY) parse(c);
      if (c->st == DEAD || n < (ssize_t)sizeof rbuf) break;
    }
  }
}
static void loop_once(int64_t timeout_ns) {
  static epoll_event ev[1024];
  timespec ts{timeout_ns / 1000000000, timeout_ns % 1000000000};
  int n = epoll_pwait2(ep, ev, 1024, &ts, nullptr);
  for (int i = 0; i < n; i++) on_event((Conn*)ev[i].data.ptr, ev[i].events);
  flush_dirty();
}
static std::vector<std::string> seats;  // Colyseus: pre-reserved ws paths, one per line in a file
static Conn* open_conn(Role r, int port, const std::string& path) {
  auto c = std::make_unique<Conn>(); c->role = r; c->port = port; c->path = path; c->idx = openedCount++;
  c->t0.assign(r == RPC ? 65536 / (O.rate > 0 ? 1 : 64) : 1, 0);
  if (!seats.empty()) { c->path = seats.back(); seats.pop_back(); }
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); if (c->fd < 0) { perror("socket"); exit(1); }
  int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  sockaddr_in a{}; a.sin_family = AF_INET; a.sin_port = htons(port); inet_pton(AF_INET, O.host.c_str(), &a.sin_addr);
  if (connect(c->fd, (sockaddr*)&a, sizeof a) < 0 && errno != EINPROGRESS) { perror("connect"); exit(1); }
  epoll_event e{}; e.events = EPOLLIN | EPOLLOUT; e.data.ptr = c.get(); epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
  conns.push_back(std::move(c)); return conns.back().get();
}
// opens n connections, at most `par` handshakes in flight; false when it does not finish in time
static bool open_all(Role r, int n, int port, const std::string& path, double limit = 60) {
  int base = readyCount, dead0 = deadCount, o = 0; uint64_t end = now_ns() + uint64_t(limit * 1e9);
  while (readyCount - base + (deadCount - dead0) < n) {
    while (o < n && o - (readyCount - base) - (deadCount - dead0) < O.par) { open_conn(r, port, path); o++; }
    loop_once(5000000);
    if (now_ns() > end) { fprintf(stderr, "[gen] only %d/%d ready\n", readyCount - base, n); return false; }
  }
  return deadCount == dead0;
}
static bool join_all(size_t from, double limit = 60) {
  uint64_t end = now_ns() + uint64_t(limit * 1e9); size_t nx = from;
  while (joinedCount < (int)conns.size()) {
    while (nx < conns.size() && (int)nx - joinedCount < 16) { if (!conns[nx]->joined) join(conns[nx].get()); nx++; }
    loop_once(5000000);
    if (now_ns() > end) { fprintf(stderr, "[gen] only %d/%zu joined\n", joinedCount, conns.size()); return false; }
  }
  return true;
}
static std::vector<Usage> snap() { std::vector<Usage> v; for (auto& p : O.procs) v.push_back(usage(p.pid)); return v; }

static void report(const char* kind, double secs, uint64_t ops, const std::vector<Usage>& a, const std::vector<Usage>& b, double gcpu, uint64_t bytes, uint64_t pubs) {
  printf("{\"label\":\"%s\",\"mode\":\"%s\",\"target\":\"%s\",\"rate\":%.0f,\"secs\":%.3f,\"ops\":%llu,\"ops_s\":%.0f,\"pubs\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.0f,\"rx_bytes_op\":%.1f,\"gen_cpu\":%.2f,\"published_total\":%llu,\"dead\":%d,\"errors\":%llu",
         O.label.c_str(), kind, O.target.c_str(), O.rate, secs, (unsigned long long)ops, ops / secs, (unsigned long long)pubs, H.q(.5) / 1e3, H.q(.99) / 1e3, H.mx / 1e3, ops ? double(bytes) / ops : 0., gcpu / secs, (unsigned long long)published, deadCount, (unsigned long long)errors);
  for (size_t i = 0; i < O.procs.size(); i++) {
    double c = b[i].cpu - a[i].cpu;
    printf(",\"%s_cpu\":%.3f,\"%s_us_op\":%.3f,\"%s_user_s\":%.2f,\"%s_sys_s\":%.2f,\"%s_rss_mb\":%.1f", O.procs[i].name.c_str(), c / secs, O.procs[i].name.c_str(),
           ops ? c * 1e6 / ops : 0., O.procs[i].name.c_str(), b[i].user - a[i].user, O.procs[i].name.c_str(), b[i].sys - a[i].sys, O.procs[i].name.c_str(), b[i].rss_kb / 1024.);
  }
  printf("}\n"); fflush(stdout);
}

static int run_rpc() {
  closedLoop = O.rate <= 0;
  if (!open_all(RPC, O.conns, O.port, O.path)) return 2;
  running = true; uint64_t start = now_ns();
  uint64_t tm = start + uint64_t(O.warm * 1e9), te = tm + uint64_t(O.dur * 1e9), t;
  if (closedLoop) for (auto& c : conns) for (int i = 0; i < O.window; i++) send_rpc(c.get(), now_ns());
  flush_dirty();
  std::vector<Usage> a; double g0 = 0; uint64_t r0 = 0, b0 = 0, t1 = 0, nextSend = start; size_t rr = 0; double step = O.rate > 0 ? 1e9 / O.rate : 0; double acc = double(start);
  while ((t = now_ns()) < te) {
    if (!measuring && t >= tm) { a = snap(); g0 = self_cpu(); r0 = replies; b0 = rxBytes; H.reset(); measuring = true; t1 = now_ns(); }
    if (!closedLoop) {
      while (acc <= double(t)) { send_rpc(conns[rr++ % conns.size()].get(), uint64_t(acc)); acc += step; }
      flush_dirty(); t = now_ns(); int64_t w = int64_t(acc) - int64_t(t); loop_once(w > 0 ? w : 0);
    } else loop_once(20000000);
    (void)nextSend;
  }
  auto b = snap(); double g = self_cpu() - g0; uint64_t t2 = now_ns();
  running = false; measuring = false;
  report("rpc", (t2 - t1) / 1e9, replies - r0, a, b, g, rxBytes - b0, 0);
  return deadCount ? 3 : 0;
}
static int run_fan() {
  int sp = O.port2 ? O.port2 : O.port;
  if (!open_all(SUB, O.subs, sp, O.subpath.empty() ? O.path : O.subpath)) return 2;
  if (!join_all(0)) return 2;
  if (!open_all(PUB, 1, O.port, O.pubpath.empty() ? O.path : O.pubpath)) return 2;
  Conn* p = conns.back().get();
  uint64_t start = now_ns(), tm = start + uint64_t(O.warm * 1e9), te = tm + uint64_t(O.dur * 1e9), t, t1 = 0, d0 = 0, b0 = 0, p0 = 0; double g0 = 0;
  std::vector<Usage> a; uint64_t N = O.subs; double acc = double(start), step = O.rate > 0 ? 1e9 / O.rate : 0; uint64_t lastD = 0, lastT = start;
  while ((t = now_ns()) < te) {
    if (!measuring && t >= tm) { a = snap(); g0 = self_cpu(); d0 = deliveries; b0 = rxBytes; p0 = published; H.reset(); measuring = true; t1 = now_ns(); }
    if (step > 0) { while (acc <= double(t)) { send_pub(p, uint64_t(acc)); acc += step; } flush_dirty(); int64_t w = int64_t(acc) - int64_t(now_ns()); loop_once(w > 0 ? std::min<int64_t>(w, 5000000) : 0); }
    else { while (published < deliveries / N + O.inflight) send_pub(p, now_ns()); flush_dirty(); loop_once(20000000); }
    if (deliveries != lastD) { lastD = deliveries; lastT = t; }
    else if (t - lastT > 5000000000ull) { fprintf(stderr, "[gen] no deliveries for 5 s (published %llu, delivered %llu)\n", (unsigned long long)published, (unsigned long long)deliveries); return 4; }
  }
  auto b = snap(); double g = self_cpu() - g0; uint64_t t2 = now_ns(); measuring = false;
  report("fan", (t2 - t1) / 1e9, deliveries - d0, a, b, g, rxBytes - b0, published - p0);
  return deadCount ? 3 : 0;
}
static int run_idle() {
  auto s0 = snap(); int last = 0; std::vector<int> steps = {1000, 5000, 10000};
  if (O.steps) steps = {O.steps};
  for (auto st : steps) {
    if (st > O.conns) break;
    auto a = snap(); uint64_t t = now_ns();
    if (!open_all(IDLE, st - last, O.port, O.path, 120)) return 2;
    double secs = (now_ns() - t) / 1e9; auto a2 = snap(); uint64_t end = now_ns() + uint64_t(O.warm * 1e9);
    while (now_ns() < end) loop_once(20000000);
    if (!O.precmd.empty() && system(O.precmd.c_str())) fprintf(stderr, "[gen] precmd failed\n");  // e.g. ask the server for a GC
    end = now_ns() + 1000000000ull; while (now_ns() < end) loop_once(20000000);
    auto b = snap(); int n = st - last;
    printf("{\"label\":\"%s\",\"mode\":\"idle\",\"conns\":%d,\"conn_s\":%.0f", O.label.c_str(), st, n / secs);
    for (size_t i = 0; i < O.procs.size(); i++)
      printf(",\"%s_us_conn\":%.1f,\"%s_rss_mb\":%.1f,\"%s_rss0_mb\":%.1f,\"%s_kb_conn\":%.2f", O.procs[i].name.c_str(), (a2[i].cpu - a[i].cpu) * 1e6 / n, O.procs[i].name.c_str(), b[i].rss_kb / 1024.,
             O.procs[i].name.c_str(), s0[i].rss_kb / 1024., O.procs[i].name.c_str(), double(b[i].rss_kb - s0[i].rss_kb) / st);
    printf("}\n"); fflush(stdout); last = st;
  }
  uint64_t end = now_ns() + uint64_t(O.hold) * 1000000000ull; while (now_ns() < end) loop_once(20000000);
  return deadCount ? 3 : 0;
}
int main(int argc, char** argv) {
  std::map<std::string, std::string> m;
  for (int i = 1; i + 1 < argc; i += 2) m[argv[i] + 2] = argv[i + 1];
  auto S = [&](const char* k, std::string& v) { if (m.count(k)) v = m[k]; };
  auto I = [&](const char* k, int& v) { if (m.count(k)) v = atoi(m[k].c_str()); };
  auto D = [&](const char* k, double& v) { if (m.count(k)) v = atof(m[k].c_str()); };
  S("mode", O.mode); S("proto", O.proto); S("host", O.host); S("path", O.path); S("subpath", O.subpath); S("pubpath", O.pubpath); S("label", O.label); S("target", O.target); S("room", O.room); S("strid", O.strid); S("precmd", O.precmd); S("ns", O.ns); S("command", O.command);
  I("port", O.port); I("port2", O.port2); I("conns", O.conns); I("window", O.window); I("subs", O.subs); I("inflight", O.inflight); I("pad", O.pad); I("par", O.par); I("hold", O.hold); I("steps", O.steps);
  D("rate", O.rate); D("warm", O.warm); D("dur", O.dur);
  if (O.proto == "sio" && !m.count("path")) O.path = "/socket.io/?EIO=4&transport=websocket";
  std::string ps; S("pids", ps);  // name:pid,name:pid
  for (size_t i = 0; i < ps.size();) { size_t j = ps.find(',', i); if (j == std::string::npos) j = ps.size(); std::string e = ps.substr(i, j - i); size_t k = e.find(':'); O.procs.push_back({e.substr(0, k), atoi(e.c_str() + k + 1)}); i = j + 1; }
  if (m.count("seats")) { FILE* f = fopen(m["seats"].c_str(), "r"); char l[512]; while (f && fgets(l, sizeof l, f)) { l[strcspn(l, "\n")] = 0; seats.push_back(l); } if (f) fclose(f); }
  padText.assign(O.pad, 'x'); rlimit rl; getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
  ep = epoll_create1(0); int rc = O.mode == "rpc" ? run_rpc() : O.mode == "fan" ? run_fan() : run_idle();
  for (auto& c : conns) if (c->fd >= 0) { linger l{1, 0}; setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l); close(c->fd); }
  return rc;
}
