/* Owns what Wine 8 lacks and Windows has: ProcessPrng, which Rust's standard library imports;
   Shell_NotifyIconGetRect, without which clicks on the tray are dropped; that an icon added with an ID is known by
   nothing else. Plays a shell that is too busy to answer, while there is C:\busy, and records in C:\shell.log what
   only Windows itself would show. Never ships. */
#include <windows.h>
#include <ntsecapi.h>
#include <shellapi.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}

/* A rectangle round the pointer: whoever asks has just been clicked. */
static HRESULT WINAPI rectangle(const void *icon, RECT *place)
{
    POINT pointer;
    (void)icon;
    GetCursorPos(&pointer);
    SetRect(place, pointer.x - 8, pointer.y - 8, pointer.x + 8, pointer.y + 8);
    return S_OK;
}

static void record(const wchar_t *form, ...)
{
    wchar_t line[512];
    char bytes[1024];
    va_list words;
    DWORD length;
    HANDLE file = CreateFileW(L"C:\\shell.log", FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, 0, NULL);
    va_start(words, form);
    _vsnwprintf(line, 511, form, words);
    va_end(words);
    line[511] = 0;
    length = WideCharToMultiByte(CP_UTF8, 0, line, -1, bytes, sizeof bytes, NULL, NULL);
    if (length > 1)
        WriteFile(file, bytes, length - 1, &length, NULL);
    CloseHandle(file);
}

static HRESULT WINAPI take_app_id(const wchar_t *id)
{
    record(L"app %ls\n", id);
    return S_OK;
}

static BOOL WINAPI take_information(HANDLE process, PROCESS_INFORMATION_CLASS kind, void *value, DWORD size)
{
    const PROCESS_POWER_THROTTLING_STATE *state = value;
    (void)process;
    if (kind == ProcessPowerThrottling && size == sizeof *state)
        record(L"power %lu %lu\n", state->ControlMask, state->StateMask);
    return TRUE;
}

typedef BOOL(WINAPI *Notify)(DWORD, NOTIFYICONDATAW *);
static Notify notify;
static BYTE own[12];
static BOOL WINAPI strict_notify(DWORD message, NOTIFYICONDATAW *news);

static void copy(void *to, const void *from)
{
    DWORD old;
    if (VirtualProtect(to, 12, PAGE_EXECUTE_READWRITE, &old)) {
        memcpy(to, from, 12);
        VirtualProtect(to, 12, old, &old);
    }
}

static void replace(void *function, void *with)
{
    BYTE jump[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0};
    memcpy(jump + 2, &with, sizeof with);
    copy(function, jump);
}

/* Wine goes by the window and the number. Only one thread of the program under test has to do with icons. */
static BOOL WINAPI strict_notify(DWORD message, NOTIFYICONDATAW *news)
{
    static NOTIFYICONDATAW known;
    const GUID *id = &news->guidItem;
    BOOL names_id = !!(news->uFlags & NIF_GUID), done;
    NOTIFYICONDATAW meant = *news;
    if (GetFileAttributesW(L"C:\\busy") != INVALID_FILE_ATTRIBUTES)
        return FALSE;
    if (message == NIM_ADD) {
        known = *news;
    } else if (names_id != !!(known.uFlags & NIF_GUID) || (names_id && !IsEqualGUID(id, &known.guidItem))) {
        return FALSE;
    } else if (names_id) {
        meant.hWnd = known.hWnd;
        meant.uID = known.uID;
    }
    copy((void *)notify, own);
    done = notify(message, &meant);
    replace((void *)notify, (void *)strict_notify);
    if (done && message == NIM_ADD && names_id)
        record(L"icon %08lx%04x%04x%02x%02x%02x%02x%02x%02x%02x%02x\n", id->Data1, id->Data2, id->Data3, id->Data4[0],
               id->Data4[1], id->Data4[2], id->Data4[3], id->Data4[4], id->Data4[5], id->Data4[6], id->Data4[7]);
    if (done && news->uFlags & NIF_TIP)
        record(L"tip %ls\n", news->szTip);
    return done;
}

static void *find(const char *library, const char *function)
{
    HMODULE module = GetModuleHandleA(library);
    return module ? (void *)GetProcAddress(module, function) : NULL;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    void *place = find("shell32.dll", "Shell_NotifyIconGetRect");
    void *app = find("shell32.dll", "SetCurrentProcessExplicitAppUserModelID");
    void *power = find("kernel32.dll", "SetProcessInformation");
    (void)instance;
    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    notify = (Notify)find("shell32.dll", "Shell_NotifyIconW");
    if (place)
        replace(place, (void *)rectangle);
    if (app)
        replace(app, (void *)take_app_id);
    if (power)
        replace(power, (void *)take_information);
    if (notify) {
        memcpy(own, (void *)notify, sizeof own);
        replace((void *)notify, (void *)strict_notify);
    }
    return TRUE;
}
