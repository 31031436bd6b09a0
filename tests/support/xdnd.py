"""Drops a file on the window under a place of a display, as a file manager does: the source's side of XDND version 5,
spoken through libX11 (https://freedesktop.org/wiki/Specifications/XDND)."""
import ctypes
import ctypes.util
import pathlib
import time

X = ctypes.CDLL(ctypes.util.find_library("X11"))
for _name, _result in {"XOpenDisplay": ctypes.c_void_p, "XDefaultRootWindow": ctypes.c_ulong, "XInternAtom": ctypes.c_ulong,
                       "XCreateSimpleWindow": ctypes.c_ulong}.items():
    getattr(X, _name).restype = _result

CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY = 33, 30, 31
ATOM = 4  # XA_ATOM


class ClientMessage(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5)]


class SelectionRequest(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("owner", ctypes.c_ulong), ("requestor", ctypes.c_ulong), ("selection", ctypes.c_ulong), ("target", ctypes.c_ulong),
                ("property", ctypes.c_ulong), ("time", ctypes.c_ulong)]


class SelectionNotify(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("requestor", ctypes.c_ulong), ("selection", ctypes.c_ulong), ("target", ctypes.c_ulong), ("property", ctypes.c_ulong),
                ("time", ctypes.c_ulong)]


class Event(ctypes.Union):
    _fields_ = [("type", ctypes.c_int), ("client", ClientMessage), ("request", SelectionRequest), ("notify", SelectionNotify),
                ("pad", ctypes.c_long * 24)]


class Source:
    def __init__(self, display_name, file):
        self.display = ctypes.c_void_p(X.XOpenDisplay(display_name.encode()))
        if not self.display:
            raise RuntimeError(f"display {display_name} does not answer")
        self.root = ctypes.c_ulong(X.XDefaultRootWindow(self.display))
        self.window = ctypes.c_ulong(X.XCreateSimpleWindow(self.display, self.root, 0, 0, 1, 1, 0, ctypes.c_ulong(0), ctypes.c_ulong(0)))
        self.words = (pathlib.Path(file).resolve().as_uri() + "\r\n").encode()

    def atom(self, name):
        return X.XInternAtom(self.display, name.encode(), 0)

    def has_property(self, window, name):
        kind, form, count, rest, data = (ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_void_p())
        X.XGetWindowProperty(self.display, ctypes.c_ulong(window), ctypes.c_ulong(self.atom(name)), ctypes.c_long(0), ctypes.c_long(1),
                             0, ctypes.c_ulong(ATOM), ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count),
                             ctypes.byref(rest), ctypes.byref(data))
        return kind.value != 0

    def aware_window(self):
        """The topmost window that takes drops."""
        root, parent, children, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        X.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count))
        for i in reversed(range(count.value)):
            if self.has_property(children[i], "XdndAware"):
                return children[i]
        raise AssertionError("no window takes drops")

    def send(self, target, message, *data):
        event = Event()
        event.client = ClientMessage(CLIENT_MESSAGE, 0, 1, self.display, target, self.atom(message), 32,
                                     (ctypes.c_long * 5)(*data, *[0] * (5 - len(data))))
        X.XSendEvent(self.display, ctypes.c_ulong(target), 0, ctypes.c_long(0), ctypes.byref(event))
        X.XFlush(self.display)

    def answer(self, request):
        """Gives the file's name to the window that asks for it."""
        X.XChangeProperty(self.display, ctypes.c_ulong(request.requestor), ctypes.c_ulong(request.property), ctypes.c_ulong(request.target),
                          8, 0, self.words, len(self.words))
        event = Event()
        event.notify = SelectionNotify(SELECTION_NOTIFY, 0, 1, self.display, request.requestor, request.selection, request.target,
                                       request.property, request.time)
        X.XSendEvent(self.display, ctypes.c_ulong(request.requestor), 0, ctypes.c_long(0), ctypes.byref(event))
        X.XFlush(self.display)

    def wait(self, message, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not X.XPending(self.display):
                time.sleep(0.02)
                continue
            event = Event()
            X.XNextEvent(self.display, ctypes.byref(event))
            if event.type == SELECTION_REQUEST:
                self.answer(event.request)
            elif event.type == CLIENT_MESSAGE and event.client.message_type == self.atom(message):
                return event.client.data
        raise AssertionError(f"the window sent no {message}")


def drop_file(display_name, file, x, y):
    source = Source(display_name, file)
    try:
        target, me = source.aware_window(), source.window.value
        X.XSetSelectionOwner(source.display, ctypes.c_ulong(source.atom("XdndSelection")), source.window, ctypes.c_ulong(0))
        source.send(target, "XdndEnter", me, 5 << 24, source.atom("text/uri-list"))
        source.send(target, "XdndPosition", me, 0, (x << 16) | y, 0, source.atom("XdndActionCopy"))
        if not source.wait("XdndStatus")[1] & 1:
            raise AssertionError("the window refused the file")
        source.send(target, "XdndDrop", me, 0, 0)
        source.wait("XdndFinished")
    finally:
        X.XCloseDisplay(source.display)
