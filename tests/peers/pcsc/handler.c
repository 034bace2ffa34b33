/* A reader for pcscd that does what one word in a file says, so that a check can break it:
 *
 *   empty   no card            card    a card whose chip answers every command with 6A82
 *   mute    a card without an answer to its reset
 *   deaf    a card that answers its reset and no command
 *   slow    a card that takes six seconds for each command
 *   broken  the reader cannot be reached
 *
 * The file is what reader.conf names as DEVICENAME; for a reader that is plugged in, whose name the service makes, it is
 * what READER_CONTROL names. Interface: IFD handler version 3 (PCSC/ifdhandler.h); it is
 * declared here so that no development package is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long DWORD;
typedef long RESPONSECODE;

enum { OK = 0, UNKNOWN_TAG = 600, POWER_FAILED = 608, NOT_REACHED = 612, NOT_SUPPORTED = 614, IN = 615, OUT = 616 };
enum { TAG_ATR = 0x0303, TAG_SLOT_SAFE = 0x0FAD, TAG_SLOTS = 0x0FAE, TAG_AT_ONCE = 0x0FAF, POWER_DOWN = 501 };

static const unsigned char ATR[] = {0x3B, 0x00};
static char control[512];

static int mode(const char *word)
{
    char text[32] = "";
    FILE *file = fopen(control, "r");
    if (file) {
        if (!fgets(text, sizeof text, file))
            text[0] = 0;
        fclose(file);
    }
    text[strcspn(text, "\n")] = 0;
    return strcmp(text, word) == 0;
}

RESPONSECODE IFDHCreateChannelByName(DWORD lun, char *name)
{
    (void)lun;
    const char *plugged = getenv("READER_CONTROL");
    snprintf(control, sizeof control, "%s", plugged ? plugged : name);
    return OK;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
    (void)lun, (void)channel;
    return NOT_SUPPORTED;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
    (void)lun;
    return OK;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, DWORD *length, unsigned char *value)
{
    (void)lun;
    if (tag == TAG_SLOTS || tag == TAG_SLOT_SAFE || tag == TAG_AT_ONCE) {
        *value = 1;
        *length = 1;
        return OK;
    }
    return UNKNOWN_TAG;
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, unsigned char *value)
{
    (void)lun, (void)tag, (void)length, (void)value;
    return NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, unsigned char flags, unsigned char a,
                                       unsigned char b, unsigned char c)
{
    (void)lun, (void)protocol, (void)flags, (void)a, (void)b, (void)c;
    return OK;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, unsigned char *atr, DWORD *length)
{
    (void)lun;
    *length = 0;
    if (action == POWER_DOWN)
        return OK;
    if (mode("mute"))
        return POWER_FAILED;
    memcpy(atr, ATR, sizeof ATR);
    *length = sizeof ATR;
    return OK;
}

typedef struct { unsigned long protocol, length; } Header;

RESPONSECODE IFDHTransmitToICC(DWORD lun, Header send, unsigned char *command, DWORD command_length,
                               unsigned char *answer, DWORD *answer_length, Header *receive)
{
    (void)lun, (void)send, (void)command, (void)command_length, (void)receive;
    if (mode("slow"))
        sleep(6);
    if (mode("deaf")) {
        *answer_length = 0;
        return NOT_REACHED;
    }
    memcpy(answer, "\x6A\x82", 2);
    *answer_length = 2;
    return OK;
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, unsigned char *in, DWORD in_length, unsigned char *out, DWORD room,
                         DWORD *length)
{
    (void)lun, (void)code, (void)in, (void)in_length, (void)out, (void)room;
    *length = 0;
    return NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
    (void)lun;
    if (mode("broken"))
        return NOT_REACHED;
    return mode("card") || mode("mute") || mode("deaf") || mode("slow") ? IN : OUT;
}
