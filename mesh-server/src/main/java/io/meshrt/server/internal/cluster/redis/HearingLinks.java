// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.client.DefaultNettyHook;
import org.redisson.client.NettyHook;
import org.redisson.client.handler.CommandsQueuePubSub;
import org.redisson.client.handler.PingConnectionHandler;

/**
 * The connections over which this node hears. They are not pinged: among many messages Redisson
 * takes one of them for the answer now and then, and it is lost. {@link Probes} watch them instead.
 * Thread-safe.
 */
final class HearingLinks implements NettyHook {
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile NettyHook first = new DefaultNettyHook();

  /** Does to each connection what else is wanted, before its own. */
  HearingLinks after(NettyHook hook) {
    first = hook;
    return this;
  }

  @Override
  public void afterBoostrapInitialization(Bootstrap bootstrap) {
    first.afterBoostrapInitialization(bootstrap);
  }

  @Override
  public void afterChannelInitialization(Channel channel) {
    first.afterChannelInitialization(channel);
    if (channel.pipeline().get(CommandsQueuePubSub.class) == null) {
      return;
    }
    if (channel.pipeline().get(PingConnectionHandler.class) != null) {
      channel.pipeline().remove(PingConnectionHandler.class);
    }
    channels.add(channel);
    ChannelFuture unused = channel.closeFuture().addListener(closed -> channels.remove(channel));
  }

  /** Closes them all; Redisson connects and subscribes again. */
  void renew() {
    for (Channel channel : channels) {
      ChannelFuture unused = channel.close();
    }
  }
}
