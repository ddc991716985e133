/* Plays the person at this Windows and the programs beside ours: a browser, a program that holds a pipe's
   name, a look into the Credential Manager, somebody who reads what a box says. Never ships. */
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <wincred.h>
#include <stdio.h>
#include <wchar.h>

/* Writes the address that a browser was opened with beside this program, as a whole. */
static int browse(const wchar_t *url)
{
    wchar_t path[MAX_PATH], fresh[MAX_PATH];
    FILE *file;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"opened");
    swprintf(fresh, MAX_PATH, L"%ls.new", path);
    file = _wfopen(fresh, L"w");
    if (!file)
        return 1;
    fprintf(file, "%ls\n", url);
    fclose(file);
    return !MoveFileExW(fresh, path, MOVEFILE_REPLACE_EXISTING);
}

/* Holds the pipe's name until it is ended; says when it has it. */
static int hold(const wchar_t *name)
{
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 1,
                                   4096, 4096, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        return 1;
    puts("held");
    fflush(stdout);
    for (;;) {
        ConnectNamedPipe(pipe, NULL);
        DisconnectNamedPipe(pipe);
    }
}

/* Succeeds where nobody holds the pipe's name. */
static int is_free(const wchar_t *name)
{
    return WaitNamedPipeW(name, 1) || GetLastError() != ERROR_FILE_NOT_FOUND;
}

/* Prints who owns a pipe and who may open it, as text. */
static int descriptor(const wchar_t *name)
{
    HANDLE pipe = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    SECURITY_INFORMATION parts = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR of_pipe;
    wchar_t *text;
    if (pipe == INVALID_HANDLE_VALUE ||
        GetSecurityInfo(pipe, SE_KERNEL_OBJECT, parts, NULL, NULL, NULL, NULL, &of_pipe) ||
        !ConvertSecurityDescriptorToStringSecurityDescriptorW(of_pipe, SDDL_REVISION_1, parts, &text, NULL))
        return 1;
    printf("%ls\n", text);
    return 0;
}

/* Reads a file for three seconds, as a scanner for viruses may; says when it has it. */
static int scan(const wchar_t *path)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    puts("held");
    fflush(stdout);
    Sleep(3000);
    return !CloseHandle(file);
}

/* Runs a command in a console of its own, without handles of ours, and prints what that console shows. */
static int console(wchar_t *line)
{
    HANDLE ours = GetStdHandle(STD_OUTPUT_HANDLE), screen;
    STARTUPINFOW start = {0};
    PROCESS_INFORMATION process;
    DWORD count, row;
    char text[81];
    start.cb = sizeof start;
    FreeConsole();
    if (!AllocConsole())
        return 1;
    screen = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                         OPEN_EXISTING, 0, NULL);
    SetStdHandle(STD_OUTPUT_HANDLE, screen);
    SetStdHandle(STD_ERROR_HANDLE, screen);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process))
        return 1;
    WaitForSingleObject(process.hProcess, 20000);
    for (row = 0; row < 25; row++) {
        COORD place = {0, (SHORT)row};
        if (!ReadConsoleOutputCharacterA(screen, text, 80, place, &count))
            return 1;
        text[count] = '\n';
        WriteFile(ours, text, count + 1, &count, NULL);
    }
    return 0;
}

/* Prints the name, the size in bytes, the persistence and the text of every credential. */
static int credentials(void)
{
    CREDENTIALW **all;
    DWORD count, i;
    if (!CredEnumerateW(NULL, 0, &count, &all))
        return GetLastError() == ERROR_NOT_FOUND ? 0 : 1;
    for (i = 0; i < count; i++)
        printf("%ls\t%lu\t%lu\t%.*s\n", all[i]->TargetName, all[i]->CredentialBlobSize, all[i]->Persist,
               (int)all[i]->CredentialBlobSize, (const char *)all[i]->CredentialBlob);
    return 0;
}

/* Stores a secret under a name that another program chose. */
static int keep(wchar_t *name, const wchar_t *user)
{
    BYTE secret[] = {0xff, 0x00, 0xfe, 'n', 'o', 't', ' ', 'o', 'u', 'r', 's'};
    CREDENTIALW credential = {0};
    credential.Type = CRED_TYPE_GENERIC;
    credential.TargetName = name;
    credential.UserName = (wchar_t *)user;
    credential.CredentialBlob = secret;
    credential.CredentialBlobSize = sizeof secret;
    credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
    return !CredWriteW(&credential, 0);
}

static BOOL CALLBACK say(HWND part, LPARAM unused)
{
    wchar_t text[1024];
    char bytes[2048];
    RECT place;
    (void)unused;
    GetWindowTextW(part, text, 1024);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
    GetWindowRect(part, &place);
    printf("%ld %ld\t%s\n", (place.left + place.right) / 2, (place.top + place.bottom) / 2, bytes);
    return TRUE;
}

/* The dialog boxes that are looked for, by how their titles begin: installers end theirs with a space. */
struct boxes {
    const wchar_t *title;
    int count;
};

static BOOL CALLBACK read_one(HWND box, LPARAM looked_for)
{
    struct boxes *boxes = (struct boxes *)looked_for;
    wchar_t class[16], title[256];
    GetClassNameW(box, class, 16);
    GetWindowTextW(box, title, 256);
    if (IsWindowVisible(box) && !wcscmp(class, L"#32770") && !wcsncmp(title, boxes->title, wcslen(boxes->title))) {
        boxes->count++;
        EnumChildWindows(box, say, 0);
    }
    return TRUE;
}

/* Prints what stands in the dialog boxes with this title, and where, if there is one to be seen. */
static int read_boxes(const wchar_t *title)
{
    struct boxes boxes = {title, 0};
    EnumWindows(read_one, (LPARAM)&boxes);
    return !boxes.count;
}

int wmain(int count, wchar_t **words)
{
    if (count == 3 && !wcscmp(words[1], L"browse"))
        return browse(words[2]);
    if (count == 3 && !wcscmp(words[1], L"hold"))
        return hold(words[2]);
    if (count == 3 && !wcscmp(words[1], L"scan"))
        return scan(words[2]);
    if (count == 3 && !wcscmp(words[1], L"free"))
        return is_free(words[2]);
    if (count == 3 && !wcscmp(words[1], L"descriptor"))
        return descriptor(words[2]);
    if (count == 3 && !wcscmp(words[1], L"box"))
        return read_boxes(words[2]);
    if (count == 3 && !wcscmp(words[1], L"console"))
        return console(words[2]);
    if (count == 2 && !wcscmp(words[1], L"credentials"))
        return credentials();
    if (count == 4 && !wcscmp(words[1], L"keep"))
        return keep(words[2], words[3]);
    return 2;
}
