/* pdf_flow.cc - a page's words by poppler's own classes (libpoppler-private-dev); pdf_flow_none.c stands in for it. Under poppler's licence, as pdf.c. */
#include <Gfx.h>
#include <GfxFont.h>
#include <PDFDoc.h>
#include <Page.h>
#include <Stream.h>
#include <TextOutputDev.h>
#include <goo/gmem.h>

#include <cctype>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "helpers/pdf_flow.h"

/* Of a character's height: a gap of so much, or a step back, is no gap within a word. */
#define GAP_OF_HEIGHT 0.15
#define BACK_OF_HEIGHT 0.3

struct pdf_flow {
    std::unique_ptr<PDFDoc> document;
    std::string text;
    struct pdf_shapes shapes = {};
};

/* A font of bars, by its name: which of them mean what, only a reader of codes knows. */
static bool is_bar_font(const GfxFont *font)
{
    static const char *const words[] = { "barcode", "code128", "code39", "3of9", "code93", "codabar",
                                         "ean13",   "ean8",    "i2of5",  "2of5", "upca",   "qrcode" };
    std::string name;
    for (char c : font && font->getName() ? *font->getName() : std::string())
        if (c != ' ' && c != '-' && c != '_')
            name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const char *word : words)
        if (name.find(word) != std::string::npos)
            return true;
    return false;
}

/* The box around what SUBPATH goes through; false where it has slanting lines. */
static bool box_of(const GfxState *state, const GfxSubpath *subpath, struct pdf_box *box)
{
    double x, y, last_x = 0, last_y = 0;
    bool has_curves = false, is_slanting = false;
    for (int i = 0; i < subpath->getNumPoints(); i++, last_x = x, last_y = y) {
        state->transform(subpath->getX(i), subpath->getY(i), &x, &y);
        has_curves = has_curves || subpath->getCurve(i);
        if (i == 0) {
            *box = { x, y, x, y };
            continue;
        }
        is_slanting = is_slanting || (std::fabs(x - last_x) > 0.01 && std::fabs(y - last_y) > 0.01);
        *box = { std::fmin(box->x1, x), std::fmin(box->y1, y), std::fmax(box->x2, x), std::fmax(box->y2, y) };
    }
    return has_curves || !is_slanting;
}

/* Takes the text, and notes what else there is. */
class flow_device : public TextOutputDev
{
  public:
    flow_device(struct pdf_flow_seen *seen_, struct pdf_shapes *shapes_)
        : TextOutputDev(nullptr, true, 0, false, false), seen(seen_), shapes(shapes_)
    {
    }

    /* Asked before each picture, pattern and shading, and only there. */
    bool needNonText() override
    {
        seen->has_pictures = true;
        return false;
    }

    void fill(GfxState *state) override
    {
        note_filled(state);
        TextOutputDev::fill(state);
    }

    void eoFill(GfxState *state) override
    {
        note_filled(state);
        TextOutputDev::eoFill(state);
    }

    /* One thick line is a bar. */
    void stroke(GfxState *state) override
    {
        const GfxPath *path = state->getPath();
        double half = state->getTransformedLineWidth() / 2;
        struct pdf_box box;
        for (int i = 0; i < path->getNumSubpaths(); i++) {
            if (path->getSubpath(i)->getNumPoints() != 2 || !box_of(state, path->getSubpath(i), &box))
                continue;
            bool is_upright = box.x1 == box.x2;
            pdf_shapes_add(shapes, { box.x1 - half * is_upright, box.y1 - half * !is_upright,
                                     box.x2 + half * is_upright, box.y2 + half * !is_upright });
        }
        TextOutputDev::stroke(state);
    }

    void updateFont(GfxState *state) override
    {
        has_bars = is_bar_font(state->getFont().get());
        TextOutputDev::updateFont(state);
    }

    void drawChar(GfxState *state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                  CharCode code, int bytes, const Unicode *chars, int count) override
    {
        bool is_block = count > 0 && chars[0] >= 0x2580 && chars[0] <= 0x259F;
        if (is_block || has_bars)
            note_letter(state, x, y, dx, dy);
        TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, chars, count);
    }

  private:
    void note_filled(GfxState *state)
    {
        const GfxPath *path = state->getPath();
        struct pdf_box box;
        for (int i = 0; i < path->getNumSubpaths(); i++)
            if (box_of(state, path->getSubpath(i), &box))
                pdf_shapes_add(shapes, box);
    }

    /* From the line it stands on; as high as its font. */
    void note_letter(GfxState *state, double x, double y, double dx, double dy)
    {
        double x1, y1, x2, y2, size = state->getTransformedFontSize();
        state->transform(x, y, &x1, &y1);
        state->transform(x + dx, y + dy, &x2, &y2);
        pdf_shapes_add_letter(
            shapes,
            { std::fmin(x1, x2), std::fmin(y1, y2) - size, std::fmax(x1, x2), std::fmax(y1, y2) + size / 4 },
            has_bars);
    }

    struct pdf_flow_seen *seen;
    struct pdf_shapes *shapes;
    bool has_bars = false;
};

/* Of scripts that are written from right to left, which poppler's dump turns round. */
static bool is_leftward(Unicode c)
{
    return (c >= 0x590 && c < 0x900) || (c >= 0x200E && c <= 0x202E) || (c >= 0xFB1D && c < 0xFF00) ||
           (c >= 0x10800 && c < 0x11000) || (c >= 0x1E800 && c < 0x1F000);
}

/* Wide characters. What stands for an ASCII character in the tables of East Asian encodings, and in fonts of TeX, becomes that: its full-width form, a
 * line below, a small tilde. False: it is not for us. */
static bool put_wide(std::string &text, Unicode c)
{
    if (is_leftward(c))
        return false;
    if ((c >= 0xFF01 && c <= 0xFF5E) || c == 0x332 || c == 0x2DC) {
        text += c == 0x332 ? '_' : c == 0x2DC ? '~' : static_cast<char>(c - 0xFF01 + '!');
    } else if (c < 0x800) {
        text += static_cast<char>(0xC0 | c >> 6);
        text += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        text += static_cast<char>(0xE0 | c >> 12);
        text += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x110000) {
        text += static_cast<char>(0xF0 | c >> 18);
        text += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        text += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
    }
    return true;
}

static bool put_word(std::string &text, const TextWordSelection *part)
{
    const Unicode *chars = part->getWord()->getChar(0);
    for (int i = part->getBegin(); i < part->getEnd(); i++) {
        if (chars[i] < 0x80)
            text += static_cast<char>(chars[i]);
        else if (!put_wide(text, chars[i]))
            return false;
    }
    return true;
}

/* Does AFTER, which follows BEFORE on a line without a space, stand where no letter of the same word would? */
static bool is_apart(const TextWord *before, const TextWord *after)
{
    double x1, y1, x2, y2, next_x1, next_y1, next_x2, next_y2;
    before->getBBox(&x1, &y1, &x2, &y2);
    after->getBBox(&next_x1, &next_y1, &next_x2, &next_y2);
    bool is_upright = before->getRotation() % 2 == 0;
    double height = is_upright ? y2 - y1 : x2 - x1;
    double gap = before->primaryDelta(after);
    double rise = is_upright ? next_y1 - y1 : next_x1 - x1;
    return before->getRotation() != after->getRotation() || gap > GAP_OF_HEIGHT * height ||
           gap < -BACK_OF_HEIGHT * height || std::fabs(rise) > height;
}

/* A line, or what stands side by side in a table. */
using words = std::vector<TextWordSelection *>;

static bool put_line(std::string &text, const words &line)
{
    for (size_t i = 0; i < line.size(); i++) {
        const TextWord *word = line[i]->getWord();
        if (!put_word(text, line[i]))
            return false;
        if (i + 1 < line.size() && word->hasSpaceAfter())
            text += ' ';
        else if (i + 1 < line.size() && is_apart(word, line[i + 1]->getWord()))
            text += '\t';
    }
    text += '\n';
    return true;
}

/* All that PAGE shows of CONTENT. */
static bool put_page(std::string &text, Page *page, TextPage *content)
{
    bool is_turned = page->getRotate() % 180 != 0, is_put = true;
    double width = page->getCropWidth(), height = page->getCropHeight();
    PDFRectangle all(0, 0, is_turned ? height : width, is_turned ? width : height);
    int count = 0;
    words **lines = content->getSelectionWords(&all, selectionStyleGlyph, &count);
    for (int i = 0; i < count; i++) {
        is_put = is_put && put_line(text, *lines[i]);
        for (TextWordSelection *part : *lines[i])
            delete part;
        delete lines[i];
    }
    gfree(lines);
    if (!text.empty())
        text.pop_back();
    return is_put;
}

struct pdf_flow *pdf_flow_new(const void *bytes, size_t len, const char *password)
{
    auto flow = std::make_unique<pdf_flow>();
    std::optional<GooString> opener;
    if (password)
        opener.emplace(password);
    auto *stream =
        new MemStream(static_cast<const char *>(bytes), 0, static_cast<Goffset>(len), Object(objNull));
    flow->document = std::make_unique<PDFDoc>(stream, opener, opener);
    return flow->document->isOk() ? flow.release() : nullptr;
}

bool pdf_flow_page(struct pdf_flow *flow, unsigned number, pdf_flow_put_fn *put, void *ctx,
                   struct pdf_flow_seen *seen)
{
    Page *page = flow->document->getPage(static_cast<int>(number));
    if (!page)
        return false;
    /* One for each page: in one for all, each page costs more than the one before. */
    seen->is_known = true;
    pdf_shapes_begin(&flow->shapes);
    flow_device device(seen, &flow->shapes);
    std::unique_ptr<Gfx> gfx(
        page->createGfx(&device, 72, 72, 0, false, true, -1, -1, -1, -1, false, nullptr, nullptr));
    page->display(gfx.get());
    device.endPage();
    seen->drawing = pdf_shapes_end(&flow->shapes);
    TextPage *content = device.takeText();
    flow->text.clear();
    bool is_put = put_page(flow->text, page, content);
    content->decRefCnt();
    if (is_put)
        put(ctx, flow->text.data(), flow->text.size());
    return is_put;
}
