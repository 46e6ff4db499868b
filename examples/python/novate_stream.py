"""A publisher's session over Novate's binary stream, protocol 2 (docs/binary-stream.md).

Standard library only. One thread: `publish` sends, `wait` reads; both connect again after a cut and
send what was not acknowledged, so that each input is in the log once.
"""

import collections
import select
import socket
import struct
import time

PROTOCOL = 2
HELLO, BATCH, WELCOME, RELEASED, REFUSED, HEARTBEAT = 1, 2, 3, 4, 5, 6
# Codes after which connecting again, unchanged, can help.
AGAIN = {2, 7, 8, 40, 41, 42, 43}

Ack = collections.namedtuple("Ack", "number sequence frame time_us reason")

# The record of a TradeReported: 16 bytes of header, 82 of fields, little endian, no padding.
TRADE = struct.Struct("<IIHHHH qIIIIIHHqqqqqqBB")
TRADE_TEMPLATE, SCHEMA, TRADE_VERSION = 30, 1, 1


def trade(publisher, number, *, venue, instrument, buyer, seller, price_ticks, quantity_lots,
          trade_id, executed_at, trade_date=0, order=0, trade_type=0, aggressor=0):
    """A TradeReported as a record."""
    return TRADE.pack(
        TRADE.size, 0, TRADE.size - 16, TRADE_TEMPLATE, SCHEMA, TRADE_VERSION,
        number, publisher, venue, instrument, buyer, seller, trade_date, 0,
        price_ticks, quantity_lots, executed_at, trade_id, trade_id, order, trade_type, aggressor)


class Refused(Exception):
    """The node ended the connection for good; `code` says why."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


class Publisher:
    """`on_ack` is called with each Ack, in the order of the numbers, each once."""

    def __init__(self, address, name, token="", on_ack=lambda ack: None, window=5_000):
        self.address, self.name, self.token = address, name, token
        self.on_ack, self.window = on_ack, window
        self.socket = None
        self.records = collections.deque()  # not acknowledged, from number told + 1 on
        self.told = None  # last number acknowledged; None before the first welcome
        self.last = 0  # last number in use
        self.publisher = 0  # our id, for records
        self.connections = 0
        self._connect()

    def publish(self, make_record):
        """Sends one input: `make_record(publisher, number)` gives its bytes. Waits for room."""
        while len(self.records) >= self.window:
            self.wait()
        self.last += 1
        record = make_record(self.publisher, self.last)
        self.records.append(record)
        self.batch += record
        if len(self.batch) >= 32_768:
            self.flush()
        return self.last

    def flush(self):
        """Sends what is waiting, and reads meanwhile, so that neither side blocks the other."""
        if not self.batch:
            return
        out = struct.pack("<IBq", 13 + len(self.batch), BATCH, 0) + self.batch
        self.batch = bytearray()
        try:
            self._send(out)
        except OSError:
            self._connect()

    def wait(self, seconds=0.05):
        """Reads what has come; waits for it a while."""
        self.flush()
        try:
            self._read(seconds)
        except OSError:
            self._connect()

    def finish(self):
        """Returns when everything is acknowledged, and closes the connection."""
        while self.records:
            self.wait()
        self.socket.close()

    def _connect(self):
        delay = 0.05
        while True:
            try:
                self._open()
                return
            except OSError:
                time.sleep(delay)
                delay = min(1.0, 2 * delay)

    def _open(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = dial(self.address)
        self.buffer = bytearray()
        self.batch = bytearray()
        self.welcome = None
        self.heard = self.said = time.monotonic()
        name, token = self.name.encode(), self.token.encode()
        ack_from = 0 if self.told is None else self.told + 1
        body = struct.pack("<Hqq", PROTOCOL, 0, ack_from)
        body += bytes([len(name)]) + name + bytes([len(token)]) + token
        self.silence = 30.0
        self.heartbeat = 10.0
        self.socket.sendall(struct.pack("<IB", 5 + len(body), HELLO) + body)
        self.socket.setblocking(False)
        while self.welcome is None:
            self._read(1.0)
        self.connections += 1
        # What is durable need not be sent again; its acknowledgements come by themselves.
        durable = self.welcome - self.told
        for record in list(self.records)[durable:]:
            self.batch += record
            if len(self.batch) >= 32_768:
                out = struct.pack("<IBq", 13 + len(self.batch), BATCH, 0) + self.batch
                self.batch = bytearray()
                self._send(out)

    def _send(self, data):
        view = memoryview(data)
        while view:
            readable, writable, _ = select.select([self.socket], [self.socket], [], 1.0)
            if readable:
                self._read(0)
            if writable:
                view = view[self.socket.send(view):]
            self._check_alive()
        self.said = time.monotonic()

    def _read(self, seconds):
        if select.select([self.socket], [], [], max(0, seconds))[0]:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                raise ConnectionError("the connection was closed")
            self.heard = time.monotonic()
            self.buffer += chunk
            self._split()
        self._check_alive()

    def _check_alive(self):
        now = time.monotonic()
        if now - self.heard > self.silence:
            raise ConnectionError("the node is silent")
        if self.welcome is not None and now - self.said > self.heartbeat - 1:
            self.said = now
            self.socket.send(struct.pack("<IB", 5, HEARTBEAT))

    def _split(self):
        at = 0
        while len(self.buffer) - at >= 5:
            length, kind = struct.unpack_from("<IB", self.buffer, at)
            if len(self.buffer) - at < length:
                break
            self._take(kind, bytes(self.buffer[at:at + length]))
            at += length
        del self.buffer[:at]

    def _take(self, kind, message):
        if kind == WELCOME:
            _, self.publisher, last, _, ack_from, heartbeat, silence = struct.unpack_from(
                "<HIqqqHH", message, 5)
            self.heartbeat, self.silence = heartbeat, silence
            if self.told is None:
                self.told = self.last = last
            if last < self.told or last > self.last:
                raise Refused(0, f"the session is at {last}, not in {self.told}..{self.last}")
            if ack_from > self.told + 1:
                raise Refused(0, f"acknowledgements up to {ack_from - 1} are too old to be told")
            self.welcome = last
        elif kind == RELEASED:
            self._released(message)
        elif kind == REFUSED:
            code, = struct.unpack_from("<H", message, 5)
            text = message[7:].decode()
            if code not in AGAIN:
                raise Refused(code, text)
            raise ConnectionError(text)

    def _released(self, message):
        frame, _, _, time_us, _, runs, refusals = struct.unpack_from("<qqIqqII", message, 5)
        at = 49
        refused = dict(struct.iter_unpack(
            "<qH", message[at + 20 * runs:at + 20 * runs + 10 * refusals]))
        for first, sequence, count in struct.iter_unpack("<qqI", message[at:at + 20 * runs]):
            for k in range(count):
                number = first + k
                if number != self.told + 1 or not self.records:
                    raise Refused(0, f"number {number} was acknowledged out of turn")
                self.told = number
                self.records.popleft()
                self.on_ack(Ack(number, sequence + k, frame, time_us, refused.get(number, 0)))


def dial(address):
    """`host:port`, or the path of a Unix socket."""
    host, _, port = address.rpartition(":")
    if port.isdigit():
        connection = socket.create_connection((host, int(port)), timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    return connection
