#!/usr/bin/env bash
# Sets up the generator and the peers in a temp folder, runs the chosen workloads interleaved, prints medians.
# usage: ./run.sh [w1] [w1one] [w1rate] [w2] [w3] [w4] [w5]      (default: w1 w2)
# See README.md for the variables (PEERS, ROUNDS, OURS_CMD, OURS_PORT, MESH_MODULE, UWS_BIN, ...).
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=${WORK:-$(mktemp -d -t wsbench.XXXXXX)}; mkdir -p "$WORK/log" "$WORK/res"
ROUNDS=${ROUNDS:-3}; WARM=${WARM:-1}; DUR=${DUR:-2}; JIT=${JIT:-4}; SUBS=${SUBS:-"100 1000"}
SRV_CPU=${SRV_CPU:-0}; GEN_CPU=${GEN_CPU:-1}; BASE=${BASE:-21000}; REDIS_PORT=${REDIS_PORT:-$((BASE + 99))}
JAVA=${JAVA:-java}; JAVAC=${JAVAC:-javac}; JOPT=${JOPT:--Xms512m -Xmx512m -XX:+UseSerialGC}
PEERS=${PEERS:-mesh rt sio nsio ws wsjson uws ut utflush utup utjson utbatch nio jetty vertx ours}
WL=("$@"); [ ${#WL[@]} -eq 0 ] && WL=(w1 w2)
SIO='/socket.io/?EIO=4&transport=websocket'
declare -A PID PROTO PORT PATHE PATHS PATHP CMD PREFIX COMMAND
COMMAND[oursblocking]=echo-blocking   # the command of w1, w1one and w1rate; echo for all others
PREFIX[rt]=rt; PREFIX[rt.b]=rt   # built-in command prefix of a mesh-protocol server; others use NS
say() { echo "[bench] $*" >&2; }
want() { [[ " $PEERS " == *" $1 "* ]]; }
cleanup() { for p in "${PID[@]:-}"; do [ -n "$p" ] && kill "$p" 2>/dev/null; done; [ -n "${REDIS_PID:-}" ] && kill "$REDIS_PID" 2>/dev/null; true; }
trap cleanup EXIT

# ---------------------------------------------------------------- setup
setup_gen() { g++ -O2 -std=c++17 -o "$WORK/gen" "$HERE/gen/gen.cpp" || exit 1; }
setup_node() {
  [ -d "$WORK/npm/node_modules/ws" ] && return
  mkdir -p "$WORK/npm" && (cd "$WORK/npm" && npm init -y && npm i --ignore-scripts ws@8 socket.io@4 @socket.io/redis-adapter@8 redis@4 ioredis@5 pg@8) >"$WORK/log/npm.log" 2>&1 || say "npm failed, see $WORK/log/npm.log"
  want rt && setup_rt
}
setup_rt() { # its dependency @prsm/log is not on the registry, so the package goes in by hand beside a silent stand-in
  ( cd "$WORK/npm" && npm i --ignore-scripts eventemitter3@5 fast-json-patch@3 && t=$(npm pack --silent @prsm/realtime@1.8.1) && mkdir -p node_modules/@prsm/log && tar xf "$t" &&
    rm -rf node_modules/@prsm/realtime && mv package node_modules/@prsm/realtime && cd node_modules/@prsm/log && echo '{"name":"@prsm/log","version":"1.0.1","type":"module","main":"index.js"}' >package.json &&
    echo 'const l = { configure() {}, child: () => l, info() {}, warn() {}, error() {}, debug() {} }; export default l;' >index.js ) >>"$WORK/log/npm.log" 2>&1 || say "@prsm/realtime could not be set up, see $WORK/log/npm.log"
  cp "$HERE/peers/node/rt.mjs" "$WORK/npm/rt.mjs"   # an ES module resolves packages from its own folder
}
jars() { # dir group:artifact:version...
  local d=$WORK/lib/$1; shift; ls "$d"/*.jar >/dev/null 2>&1 && return; mkdir -p "$d"
  { echo "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><groupId>b</groupId><artifactId>p</artifactId><version>1</version><dependencies>"
    for a in "$@"; do IFS=: read -r g i v <<<"$a"; echo "<dependency><groupId>$g</groupId><artifactId>$i</artifactId><version>$v</version></dependency>"; done
    echo "</dependencies></project>"; } >"$d/pom.xml"
  (cd "$d" && mvn -q -B dependency:copy-dependencies -DoutputDirectory=.) >>"$WORK/log/mvn.log" 2>&1 || say "maven failed for $d"
}
compile() { local l=$1; shift; mkdir -p "$WORK/cls/$l"; "$JAVAC" -nowarn -cp "$WORK/lib/$l/*" -d "$WORK/cls/$l" "$@" >>"$WORK/log/javac.log" 2>&1 || say "javac failed for $l"; }
setup_java() {
  local P=$HERE/peers/java
  jars undertow "io.undertow:undertow-core:${UNDERTOW:-2.4.4.Final}" "com.fasterxml.jackson.core:jackson-databind:${JACKSON:-2.22.2}"; compile undertow "$P/UndertowRaw.java" "$P/UndertowUpgrade.java" "$HERE/micro/JsonCost.java"
  want nio && { jars netty "io.netty:netty-codec-http:${NETTY:-4.2.20.Final}" "io.netty:netty-transport-classes-epoll:${NETTY:-4.2.20.Final}"; compile netty "$P/NettyRaw.java"; }
  want jetty && { jars jetty org.eclipse.jetty.websocket:jetty-websocket-jetty-server:12.1.12 org.slf4j:slf4j-nop:2.0.16; compile jetty "$P/JettyRaw.java"; }
  want vertx && { jars vertx io.vertx:vertx-core:5.0.12; compile vertx "$P/VertxRaw.java"; }
  want nsio && { jars nsio com.corundumstudio.socketio:netty-socketio:2.0.14 org.slf4j:slf4j-nop:2.0.16; compile nsio "$P/NettySocketIo.java"; }
}
setup_redis() {
  command -v redis-server >/dev/null || apt-get install -y redis-server >"$WORK/log/apt.log" 2>&1
  redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --save "" --appendonly no --dir "$WORK" >"$WORK/log/redis.log" 2>&1 & REDIS_PID=$!
  taskset -p -c "$GEN_CPU" "$REDIS_PID" >/dev/null; for _ in $(seq 50); do redis-cli -p "$REDIS_PORT" ping >/dev/null 2>&1 && return; sleep 0.1; done
}

# ---------------------------------------------------------------- servers
def() { want "${1%%.*}" || return 0; PROTO[$1]=$2; PORT[$1]=$3; PATHE[$1]=$4; PATHS[$1]=$5; PATHP[$1]=$6; CMD[$1]=$7; ORDER+=("$1"); }
ORDER=()
defs() {
  local N=$HERE/peers/node b=$BASE jv
  jv() { echo "$JAVA ${JX:-$JOPT} -cp $WORK/cls/$1:$WORK/lib/$1/* $2"; }
  if [ -n "${MESH_MODULE:-}" ]; then def mesh mesh $((b+1)) / / / "env MESH_MODULE=$MESH_MODULE node --expose-gc $N/mesh.cjs $((b+1)) $REDIS_PORT"; def mesh.b mesh $((b+51)) / / / "env MESH_MODULE=$MESH_MODULE node --expose-gc $N/mesh.cjs $((b+51)) $REDIS_PORT"; else say "MESH_MODULE not set: no mesh reference"; fi
  def rt mesh $((b+21)) / / / "node --expose-gc $WORK/npm/rt.mjs $((b+21)) $REDIS_PORT"; def rt.b mesh $((b+71)) / / / "node --expose-gc $WORK/npm/rt.mjs $((b+71)) $REDIS_PORT"
  def sio sio $((b+2)) "$SIO" "$SIO" "$SIO" "node --expose-gc $N/socketio.cjs $((b+2)) ${SIO_REDIS:-}"
  def nsio sio $((b+3)) "$SIO" "$SIO" "$SIO" "$(jv nsio "NettySocketIo $((b+3))")"
  def ws raw $((b+4)) /echo /sub /pub "node --expose-gc $N/ws.cjs $((b+4))"
  def wsjson raw $((b+5)) /echo /sub /pub "node --expose-gc $N/ws.cjs $((b+5)) json"
  [ -n "${UWS_BIN:-}" ] && def uws raw $((b+6)) /echo /sub /pub "$UWS_BIN $((b+6))"
  def ut raw $((b+7)) /echo /sub /pub "$(jv undertow "UndertowRaw $((b+7)) 1 api")"
  def utflush raw $((b+8)) /echo /sub /pub "$(jv undertow "UndertowRaw $((b+8)) 1 flush")"
  def utlow raw $((b+9)) /echo /sub /pub "$(jv undertow "UndertowRaw $((b+9)) 1 low")"
  def utup raw $((b+10)) /echo /sub /pub "$(jv undertow "UndertowUpgrade $((b+10)) 1 raw")"
  def utjson raw $((b+11)) /echo /sub /pub "$(jv undertow "UndertowUpgrade $((b+11)) 1 json")"
  def utbatch raw $((b+12)) /echo /sub /pub "$(jv undertow "UndertowUpgrade $((b+12)) 1 json batch")"
  def utpool raw $((b+13)) /echo /sub /pub "$(jv undertow "UndertowUpgrade $((b+13)) 1 pool")"
  def utvt raw $((b+14)) /echo /sub /pub "$(jv undertow "UndertowUpgrade $((b+14)) 1 vt")"
  def nio raw $((b+15)) /echo /sub /pub "$(jv netty "NettyRaw $((b+15)) nio")"
  def jetty raw $((b+16)) /echo /sub /pub "$(jv jetty "JettyRaw $((b+16))")"
  def vertx raw $((b+17)) /echo /sub /pub "$(jv vertx "VertxRaw $((b+17))")"
  # ours: OURS_CMD may use {port} and {redis}; without OURS_CMD a server already listening on OURS_PORT (pid OURS_PID) is measured
  if [ -n "${OURS_CMD:-}" ]; then c=${OURS_CMD//\{port\}/$((b+20))}; def ours mesh $((b+20)) "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${c//\{redis\}/$REDIS_PORT}"
    c=${OURS_CMD//\{port\}/$((b+70))}; def ours.b mesh $((b+70)) "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${c//\{redis\}/$REDIS_PORT}"
    c=${OURS_CMD//\{port\}/$((b+22))}; def oursblocking mesh $((b+22)) "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${c//\{redis\}/$REDIS_PORT}"
  elif [ -n "${OURS_PORT:-}" ]; then def ours mesh "$OURS_PORT" "${OURS_PATH:-/}" "${OURS_PATH:-/}" "${OURS_PATH:-/}" ""; PID[ours]=${OURS_PID:?}; fi
}
start() {
  local n=$1; [ -n "${PID[$n]:-}" ] && return
  local -a argv; read -r -a argv <<<"${CMD[$n]}"   # no globbing: a class path may end in *
  NODE_PATH=$WORK/npm/node_modules taskset -c "$SRV_CPU" "${argv[@]}" >"$WORK/log/$n.log" 2>&1 & PID[$n]=$!
  for _ in $(seq 150); do (exec 3<>"/dev/tcp/127.0.0.1/${PORT[$n]}") 2>/dev/null && return; kill -0 "${PID[$n]}" 2>/dev/null || break; sleep 0.1; done
  say "$n did not start: $(tail -2 "$WORK/log/$n.log" | tr '\n' ' ')"; unset "PID[$n]"; return 1
}
stop() { [ -n "${PID[$1]:-}" ] && { kill "${PID[$1]}"; wait "${PID[$1]}" 2>/dev/null; unset "PID[$1]"; }; }
LABEL=""
gen() { taskset -c "$GEN_CPU" "$WORK/gen" --host 127.0.0.1 --ns "${PREFIX[$LABEL]:-${NS:-mesh}}" --strid "${STRID:-0}" --command "${COMMAND[$LABEL]:-echo}" "$@"; }
mains() { for n in "${ORDER[@]}"; do [[ $n == *.b ]] || echo "$n"; done; }
startall() { for n in $(mains); do start "$n"; done; }
rpc() { local n=$1 f=$2; LABEL=$1; shift 2; [ -n "${PID[$n]:-}" ] && gen --mode rpc --label "$n" --proto "${PROTO[$n]}" --port "${PORT[$n]}" --path "${PATHE[$n]}" --pids "srv:${PID[$n]}" "$@" >>"$f"; }
fan() { local n=$1 f=$2; LABEL=$1; shift 2; [ -n "${PID[$n]:-}" ] && gen --mode fan --label "$n" --proto "${PROTO[$n]}" --port "${PORT[$n]}" --subpath "${PATHS[$n]}" --pubpath "${PATHP[$n]}" --path "${PATHS[$n]}" --pids "srv:${PID[$n]},redis:$REDIS_PID" "$@" >>"$f"; }
targets() { if [ "${PROTO[$1]}" = mesh ]; then echo room channel; else echo room; fi; }
warmed=""
warm_all() { [ -n "$warmed" ] && return; say "warm-up"; startall; for n in $(mains); do rpc "$n" /dev/null --warm "$JIT" --dur 0.5; [ "$1" = w2 ] && fan "$n" /dev/null --subs 100 --warm 2 --dur 0.5; done; [ "$1" = w2 ] && warmed=1; true; }
show() { echo; echo "== $1"; python3 "$HERE/show.py" "$2"; }
cmdstats() { redis-cli -p "$REDIS_PORT" info commandstats | tr -d '\r' | sed -n 's/^cmdstat_\([^:]*\):calls=\([0-9]*\).*/\1=\2/p' | grep -v -E '^(info|config|ping)' | tr '\n' ' '; }

facts() {
  echo "machine: $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(free -m | awk '/Mem:/{print $2}') MB, kernel $(uname -r)"
  echo "java: $("$JAVA" -version 2>&1 | head -1); node $(node -v); $(redis-server --version | cut -d' ' -f1-3); load $(cut -d' ' -f1-3 /proc/loadavg); server CPU $SRV_CPU, generator+redis CPU $GEN_CPU"
}
say "work folder $WORK"; setup_gen; setup_node; setup_java; setup_redis; defs; facts
for w in "${WL[@]}"; do f=$WORK/res/$w.jsonl; : >"$f"
  case $w in
  w1) warm_all w1; for _ in $(seq "$ROUNDS"); do for n in $(mains); do rpc "$n" "$f" --conns 50 --window 16 --warm "$WARM" --dur "$DUR"; done; done; show "W1 echo command, 50 connections x 16 outstanding" "$f" ;;
  w1one) warm_all w1; for _ in $(seq "$ROUNDS"); do for n in $(mains); do rpc "$n" "$f" --conns 50 --window 1 --warm "$WARM" --dur "$DUR"; done; done; show "W1 echo command, 50 connections x 1 outstanding" "$f" ;;
  w1rate) warm_all w1; for _ in $(seq "$ROUNDS"); do for n in $(mains); do rpc "$n" "$f" --conns 50 --rate "${RATE:-5000}" --warm "$WARM" --dur "$DUR"; done; done; show "W1 echo command, open loop" "$f" ;;
  w2) warm_all w2; for s in $SUBS; do : >"$f.$s"; for _ in $(seq "$ROUNDS"); do for n in $(mains); do for t in $(targets "$n"); do fan "$n" "$f.$s" --target "$t" --subs "$s" --inflight "$([ "$s" -gt 500 ] && echo 2 || echo 4)" --warm "$WARM" --dur "$DUR"; done; done; done; show "W2 fan-out to $s subscribers" "$f.$s"; done ;;
  w3) for n in $(mains); do stop "$n"; done; warmed=""
      SAVE=$JOPT; JX="-Xms32m -Xmx1g -XX:+UseSerialGC -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10"; ORDER=(); defs
      for n in $(mains); do start "$n" || continue; sleep 2; p=${PID[$n]}
        case ${CMD[$n]} in *java*) pre="jcmd $p GC.run >/dev/null; sleep 0.5; jcmd $p GC.run >/dev/null";; *node*) pre="kill -USR2 $p; sleep 0.5";; *) pre=true;; esac
        bash -c "$pre"; LABEL=$n; gen --mode idle --label "$n" --proto "${PROTO[$n]}" --port "${PORT[$n]}" --path "${PATHE[$n]}" --conns "${CONNS:-10000}" --warm 1 --precmd "$pre" --pids "srv:$p" >>"$f"; stop "$n"; done
      JX=""; ORDER=(); defs; show "W3 idle connections (RSS after a forced GC)" "$f" ;;
  w4) for n in mesh rt ours; do [ -n "${PORT[$n]:-}" ] && start "$n"; done
      for _ in $(seq "$ROUNDS"); do for n in mesh rt ours; do [ -n "${PID[$n]:-}" ] || continue; redis-cli -p "$REDIS_PORT" config resetstat >/dev/null
        fan "$n" "$f" --target record --room rec1 --subs 200 --inflight 4 --warm "$WARM" --dur "$DUR"; say "$n published $(tail -1 "$f" | sed 's/.*published_total":\([0-9]*\).*/\1/'), redis: $(cmdstats)"; done; done; show "W4 record update, 200 patch subscribers, 100 fields" "$f" ;;
  w5) for n in mesh rt ours; do [ -n "${PORT[$n]:-}" ] || continue; start "$n"; start "$n.b"; done
      for _ in $(seq "$ROUNDS"); do for n in mesh rt ours; do [ -n "${PID[$n.b]:-}" ] || continue; LABEL=$n; for t in room channel; do for m in "--inflight 4" "--rate 100"; do redis-cli -p "$REDIS_PORT" config resetstat >/dev/null
        gen --mode fan --label "$n" --proto mesh --target "$t" --port "${PORT[$n]}" --port2 "${PORT[$n.b]}" --path "${PATHE[$n]}" --subs 100 $m --warm "$WARM" --dur "$DUR" --pids "srv:${PID[$n.b]},A:${PID[$n]},redis:$REDIS_PID" >>"$f"
        say "$n $t $m published $(tail -1 "$f" | sed 's/.*published_total":\([0-9]*\).*/\1/'), redis: $(cmdstats)"; done; done; done; done; show "W5 publish on A, 100 subscribers on B (srv = B)" "$f" ;;
  esac
done
say "raw results in $WORK/res"
