/* Owns what Wine 8 lacks and Windows has: ProcessPrng, which Rust's standard library imports, and
   Shell_NotifyIconGetRect, without which clicks on the tray are dropped. Never ships. */
#include <windows.h>
#include <ntsecapi.h>
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

static void replace(void *function, void *with)
{
    BYTE jump[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0};
    DWORD old;
    memcpy(jump + 2, &with, sizeof with);
    if (VirtualProtect(function, sizeof jump, PAGE_EXECUTE_READWRITE, &old)) {
        memcpy(function, jump, sizeof jump);
        VirtualProtect(function, sizeof jump, old, &old);
    }
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    HMODULE shell = GetModuleHandleA("shell32.dll");
    (void)instance;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH && shell) {
        void *function = (void *)GetProcAddress(shell, "Shell_NotifyIconGetRect");
        if (function)
            replace(function, (void *)rectangle);
    }
    return TRUE;
}
