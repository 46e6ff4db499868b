#!/usr/bin/env python3
"""Publishes trades and writes each acknowledgement as a line `number sequence reason`.

    python3 publish_trades.py --address 127.0.0.1:7071 --token TOKEN --publisher publisher \\
        --trades 1000 --acks acks.txt

Trades are made from their number alone, so a second run goes on where the session stands. Every
`--refuse-every`th has no lots, to show what a refusal looks like.
"""

import argparse
import sys
import time

from novate_stream import Publisher, Refused, trade


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--address", required=True, help="host:port, or a Unix socket's path")
    options.add_argument("--token", default="", help="secret of the publisher's grant")
    options.add_argument("--publisher", default="publisher")
    options.add_argument("--trades", type=int, default=1_000, help="the session ends at this number")
    options.add_argument("--accounts", type=int, default=20)
    options.add_argument("--refuse-every", type=int, default=100)
    options.add_argument("--per-second", type=int, default=0, help="0: as fast as it goes")
    options.add_argument("--acks", default="/dev/stdout")
    arguments = options.parse_args()
    accounts = arguments.accounts

    def make(publisher, number):
        is_refused = number % arguments.refuse_every == 0
        return trade(
            publisher, number, venue=1, instrument=1,
            buyer=1 + number % accounts, seller=1 + (number + 1) % accounts,
            price_ticks=400_000, quantity_lots=0 if is_refused else 1 + number % 5,
            trade_id=number, executed_at=1_621_382_400_000_000 + number)

    started = time.monotonic()
    with open(arguments.acks, "w", encoding="ascii") as acks:
        publisher = Publisher(
            arguments.address, arguments.publisher, arguments.token,
            on_ack=lambda ack: acks.write(f"{ack.number} {ack.sequence} {ack.reason}\n"))
        first = publisher.last + 1
        for number in range(first, arguments.trades + 1):
            if arguments.per_second:
                due = started + (number - first) / arguments.per_second
                while time.monotonic() < due:
                    publisher.wait(due - time.monotonic())
            publisher.publish(make)
        publisher.finish()
    seconds = time.monotonic() - started
    count = arguments.trades - first + 1
    print(f"{count} trades from number {first} on, acknowledged in {seconds:.1f} s "
          f"over {publisher.connections} connections", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(f"refused: {refused}")
