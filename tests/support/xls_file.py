"""Workbooks of Excel 97 to 2003, record by record ([MS-XLS]) in a compound file ([MS-CFB])."""
import struct

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C


def record(number, payload=b""):
    return struct.pack("<HH", number, len(payload)) + payload


def text(words, wide=True, length="<H"):
    body = words.encode("utf-16-le" if wide else "latin-1")
    return struct.pack(length, len(words)) + bytes([wide]) + body


def number(row, column, value, style=0):
    return record(0x0203, struct.pack("<3Hd", row, column, style, value))


def label(row, column, words):
    return record(0x0204, struct.pack("<3H", row, column, 0) + text(words))


def shared(row, column, index):
    return record(0x00FD, struct.pack("<3HI", row, column, 0, index))


def formula(row, column, result, style=0, tokens=b"\x1e\x01\x00"):
    """result: a number, a text, a bool, None (nothing to show), or an error's code as bytes."""
    after = b""
    if isinstance(result, str):
        value, after = struct.pack("<B5xH", 0, 0xFFFF), record(0x0207, text(result))
    elif isinstance(result, bool):
        value = struct.pack("<BxB3xH", 1, result, 0xFFFF)
    elif isinstance(result, bytes):
        value = struct.pack("<BxB3xH", 2, result[0], 0xFFFF)
    elif result is None:
        value = struct.pack("<B5xH", 3, 0xFFFF)
    else:
        value = struct.pack("<d", result)
    return record(0x0006, struct.pack("<3H", row, column, style) + value + struct.pack("<HIH", 0, 0, len(tokens)) + tokens) + after


def merged(*areas):
    """(first row, last row, first column, last column), from 0."""
    return record(0x00E5, struct.pack("<H", len(areas)) + b"".join(struct.pack("<4H", *area) for area in areas))


def hidden_row(row):
    return record(0x0208, struct.pack("<6H2H", row, 0, 9, 300, 0, 0, 0x20, 0))


def hidden_columns(first, last):
    return record(0x007D, struct.pack("<5H2x", first, last, 2000, 0, 1))


def workbook(sheets, texts=(), formats=(), from_1904=False, by_excel=True, globals_extra=b"", break_texts_at=None):
    """sheets: (name, hidden, records). formats: number or text of each style from 1 on. break_texts_at: bytes of the list of
    texts in its first record; what follows continues it."""
    build, year = (0x2000, 0x07CD) if by_excel else (0x0DBB, 0x07CC)
    head = record(BOF, struct.pack("<4H2I", 0x0600, 0x0005, build, year, 0, 0)) + globals_extra
    if from_1904:
        head += record(0x0022, struct.pack("<H", 1))
    styles = [0]
    for code in formats:
        if isinstance(code, str):
            head += record(0x041E, struct.pack("<H", 164 + len(styles)) + text(code))
            code = 164 + len(styles)
        styles.append(code)
    head += b"".join(record(0x00E0, struct.pack("<2H16x", 0, style)) for style in styles)
    head += record(0x01C1, struct.pack("<HHI", 0x01C1, 0, 0xDEAD))
    if texts:
        head += shared_texts(texts, break_texts_at)
    bounds = sum(len(record(0x0085, struct.pack("<IBB", 0, 0, 0) + text(name, True, "<B"))) for name, _, _ in sheets)
    at = len(head) + bounds + len(record(EOF))
    body = b""
    for name, hidden, records in sheets:
        head += record(0x0085, struct.pack("<IBB", at + len(body), hidden, 0) + text(name, True, "<B"))
        body += record(BOF, struct.pack("<4H2I", 0x0600, 0x0010, 0, 0, 0, 0)) + records + record(EOF)
    return head + record(EOF) + body


def shared_texts(texts, break_at):
    payload = struct.pack("<II", len(texts), len(texts))
    spans = []  # of the characters of each, within the payload
    for words in texts:
        begin = len(payload) + 3
        payload += text(words)
        spans.append((begin, len(payload)))
    if break_at is None:
        return record(0x00FC, payload)
    # Within a text the continuation begins with its own mark of width: here the rest is narrow where it can be.
    for begin, end in spans:
        if begin < break_at < end:
            rest = payload[break_at:end].decode("utf-16-le")
            narrow = all(ord(c) < 256 for c in rest)
            rest = rest.encode("latin-1" if narrow else "utf-16-le")
            return record(0x00FC, payload[:break_at]) + record(CONTINUE, bytes([not narrow]) + rest + payload[end:])
    return record(0x00FC, payload[:break_at]) + record(CONTINUE, payload[break_at:])


def write_xls(path, stream, name_of_stream="Workbook"):
    """Streams of less than 4096 bytes lie in sectors of 64 bytes, as everywhere."""
    small = len(stream) < 4096

    def sectors(content):
        return content + bytes(-len(content) % SECTOR)

    table, parts = [], []

    def put(content):
        first = len(table)
        count = len(sectors(content)) // SECTOR
        table.extend([*range(first + 1, first + count), END])
        parts.append(sectors(content))
        return first

    def entry(words, kind, start, size, child=FREE):
        raw = words.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, FREE, FREE, child) + bytes(36)
                + struct.pack("<IQ", start, size))

    mini_first, mini_count = END, 0
    if small:
        mini = stream + bytes(-len(stream) % 64)
        count = len(mini) // 64
        mini_first = put(struct.pack(f"<{count}I", *range(1, count), END).ljust(SECTOR, b"\xff"))
        mini_count = 1
        root = entry("Root Entry", 5, put(mini), len(mini), 1)
        book = entry(name_of_stream, 2, 0, len(stream))
    else:
        root = entry("Root Entry", 5, END, 0, 1)
        book = entry(name_of_stream, 2, put(stream), len(stream))
    folder = put(root + book)
    needed = -(-(len(table) + 1) // (SECTOR // 4))
    first_table = len(table)
    table.extend([TABLE] * needed)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(needed * SECTOR, b"\xff")
    head = (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
            + struct.pack("<IIIIIIIII", 0, needed, folder, 0, 4096, mini_first, mini_count, END, 0))
    difat = [first_table + i for i in range(needed)]
    head += struct.pack("<109I", *(difat + [FREE] * (109 - needed)))
    with open(path, "wb") as out:
        out.write(head + b"".join(parts) + fat)
