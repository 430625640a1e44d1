#include "local_backend/tokenizer/pre_tokenizer.h"

#include <algorithm>

namespace weir {
namespace {

using RunKind = SplitRun::Kind;
using std::string_view;

// Letters with case, as the pattern of DeepSeek LLM lists them.
constexpr CodeRange kCasedLetters[] = {
    {0x41, 0x5a},       {0x61, 0x7a},       {0xb5, 0xb5},       {0xc0, 0xd6},
    {0xd8, 0xf6},       {0xf8, 0x1ba},      {0x1bc, 0x1bf},     {0x1c4, 0x293},
    {0x295, 0x2af},     {0x370, 0x373},     {0x376, 0x376},     {0x377, 0x377},
    {0x37b, 0x37d},     {0x37f, 0x37f},     {0x386, 0x386},     {0x388, 0x38a},
    {0x38c, 0x38c},     {0x38e, 0x3a1},     {0x3a3, 0x3f5},     {0x3f7, 0x481},
    {0x48a, 0x52f},     {0x531, 0x556},     {0x10a0, 0x10c5},   {0x13a0, 0x13f5},
    {0x13f8, 0x13fd},   {0x1c90, 0x1cba},   {0x1cbd, 0x1cbf},   {0x1d00, 0x1d2b},
    {0x1d6b, 0x1d77},   {0x1d79, 0x1d9a},   {0x1e00, 0x1f15},   {0x1f18, 0x1f1d},
    {0x1f20, 0x1f45},   {0x1f48, 0x1f4d},   {0x1f50, 0x1f57},   {0x1f59, 0x1f59},
    {0x1f5b, 0x1f5b},   {0x1f5d, 0x1f5d},   {0x1f5f, 0x1f7d},   {0x1f80, 0x1fb4},
    {0x1fb6, 0x1fbc},   {0x1fbe, 0x1fbe},   {0x1fc2, 0x1fc4},   {0x1fc6, 0x1fcc},
    {0x1fd0, 0x1fd3},   {0x1fd6, 0x1fdb},   {0x1fe0, 0x1fec},   {0x1ff2, 0x1ff4},
    {0x1ff6, 0x1ffc},   {0x2102, 0x2102},   {0x2107, 0x2107},   {0x210a, 0x2113},
    {0x2115, 0x2115},   {0x2119, 0x211d},   {0x2124, 0x2124},   {0x2126, 0x2126},
    {0x2128, 0x2128},   {0x212a, 0x212d},   {0x212f, 0x2134},   {0x2139, 0x2139},
    {0x213c, 0x213f},   {0x2145, 0x2149},   {0x214e, 0x214e},   {0x2183, 0x2183},
    {0x2184, 0x2184},   {0x2c00, 0x2c7b},   {0x2c7e, 0x2ce4},   {0x2ceb, 0x2cee},
    {0x2cf2, 0x2cf2},   {0x2cf3, 0x2cf3},   {0xa640, 0xa66d},   {0xa680, 0xa69b},
    {0xa722, 0xa76f},   {0xa771, 0xa787},   {0xa78b, 0xa78e},   {0xab70, 0xabbf},
    {0xfb00, 0xfb06},   {0xfb13, 0xfb17},   {0xff21, 0xff3a},   {0xff41, 0xff5a},
    {0x10400, 0x1044f}, {0x104b0, 0x104d3}, {0x104d8, 0x104fb}, {0x10c80, 0x10cb2},
    {0x10cc0, 0x10cf2}, {0x118a0, 0x118df}, {0x1e900, 0x1e943},
};
constexpr CodeRange kMarksOfDeepSeek[] = {{0x21, 0x2f},     {0x3a, 0x7e},     {0x2018, 0x201f},
                                          {0x3000, 0x3002}, {0xff01, 0xff0f}, {0xff1a, 0xff5e}};
constexpr CodeRange kUncasedOfDeepSeek[] = {{0x800, 0x9fa5}, {0xac00, 0xd7ff}};
constexpr CodeRange kHanAndKana[] = {{0x3040, 0x30ff}, {0x4e00, 0x9fa5}};
// \p{Han}, as Unicode 16.0 has it.
constexpr CodeRange kHanScript[] = {
    {0x2e80, 0x2e99},   {0x2e9b, 0x2ef3},   {0x2f00, 0x2fd5},   {0x3005, 0x3005},
    {0x3007, 0x3007},   {0x3021, 0x3029},   {0x3038, 0x303b},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xf900, 0xfa6d},   {0xfa70, 0xfad9},   {0x16fe2, 0x16fe3},
    {0x16ff0, 0x16ff1}, {0x20000, 0x2a6df}, {0x2a700, 0x2b739}, {0x2b740, 0x2b81d},
    {0x2b820, 0x2cea1}, {0x2ceb0, 0x2ebe0}, {0x2ebf0, 0x2ee5d}, {0x2f800, 0x2fa1d},
    {0x30000, 0x3134a}, {0x31350, 0x323af},
};
constexpr CodeRange kAsciiLetters[] = {{'A', 'Z'}, {'a', 'z'}};
constexpr CodeRange kAsciiMarks[] = {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}};
constexpr CodeRange kAsciiDigits[] = {{'0', '9'}};
// $ + < = > ^ | ~, and ` for Falcon: the symbols that its splitter takes for punctuation.
constexpr CodeRange kSymbols[] = {{'$', '$'}, {'+', '+'}, {'<', '>'},
                                  {'^', '^'}, {'|', '|'}, {'~', '~'}};
constexpr CodeRange kSymbolsOfFalcon[] = {{'$', '$'}, {'+', '+'}, {'<', '>'}, {'^', '^'},
                                          {'`', '`'}, {'|', '|'}, {'~', '~'}};
// ( | . , ! ? ) and their like in other scripts.
constexpr CodeRange kSentenceMarks[] = {{'!', '!'},       {'(', ')'},       {',', ','},
                                        {'.', '.'},       {'?', '?'},       {'|', '|'},
                                        {0x60c, 0x60c},   {0x6d4, 0x6d4},   {0x964, 0x964},
                                        {0x2026, 0x2026}, {0x3001, 0x3002}, {0xff0c, 0xff0c}};

constexpr CharacterSet kLetters = any_of(trait::kLetter);
constexpr CharacterSet kNumbers = any_of(trait::kNumber);
constexpr CharacterSet kBlankOnly = any_of(trait::kBlank);
constexpr CharacterSet kNewlinesOnly = any_of(trait::kNewline);
constexpr CharacterSet kMarksOnly = none_of(trait::kSpace | trait::kLetter | trait::kNumber);
constexpr CharacterSet kNotInWord = none_of(trait::kNewline | trait::kLetter | trait::kNumber);
constexpr CharacterSet kLettersAndMarks = any_of(trait::kLetter | trait::kMark);
constexpr CharacterSet kMarksAndSymbols = any_of(trait::kPunctuation | trait::kSymbol);

constexpr SplitRun kContraction = {.kind = RunKind::kContraction};
constexpr SplitRun kAnyContraction = {.kind = RunKind::kContraction, .ignore_case = true};
constexpr SplitRun kLineBreaks = {.kind = RunKind::kNewlines};
constexpr SplitRun kTrailingSpace = {.kind = RunKind::kTrailingSpace};
constexpr SplitRun kAnySpace = {.body = any_of(trait::kSpace)};
constexpr SplitRun kWord = {.prefix = kNotInWord, .body = kLetters};
constexpr SplitRun kDigit = {.body = kNumbers, .most = 1};
constexpr SplitRun kThreeDigits = {.body = kNumbers, .most = 3};
constexpr SplitRun kAllDigits = {.body = kNumbers};
constexpr SplitRun kMarks = {.prefix = kBlankOnly, .body = kMarksOnly, .tail = kNewlinesOnly};
constexpr SplitRun kMarksAndSlashes = {
    .prefix = kBlankOnly, .body = kMarksOnly, .tail = any_of(trait::kNewline | trait::kSlash)};

// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
constexpr SplitRun kGpt2[] = {kContraction,
                              {.prefix = kBlankOnly, .body = kLetters},
                              {.prefix = kBlankOnly, .body = kNumbers},
                              {.prefix = kBlankOnly, .body = kMarksOnly},
                              kTrailingSpace,
                              kAnySpace};

// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|
// \s*[\r\n]+|\s+(?!\S)|\s+
constexpr SplitRun kLlama3[] = {kAnyContraction, kWord,          kThreeDigits, kMarks,
                                kLineBreaks,     kTrailingSpace, kAnySpace};
// The same with \p{N}.
constexpr SplitRun kQwen2[] = {kAnyContraction, kWord,          kDigit,   kMarks,
                               kLineBreaks,     kTrailingSpace, kAnySpace};
// The same with \p{N}+.
constexpr SplitRun kMiniCpm5[] = {kAnyContraction, kWord,          kAllDigits, kMarks,
                                  kLineBreaks,     kTrailingSpace, kAnySpace};
// kQwen2 with [^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+ and ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*
constexpr SplitRun kQwen35[] = {
    kAnyContraction,
    {.prefix = kNotInWord, .body = kLettersAndMarks},
    kDigit,
    {.prefix = kBlankOnly,
     .body = none_of(trait::kSpace | trait::kLetter | trait::kMark | trait::kNumber),
     .tail = kNewlinesOnly},
    kLineBreaks,
    kTrailingSpace,
    kAnySpace};
// kQwen2 without newlines behind marks.
constexpr SplitRun kSeedCoder[] = {
    kAnyContraction, kWord,          kDigit,   {.prefix = kBlankOnly, .body = kMarksOnly},
    kLineBreaks,     kTrailingSpace, kAnySpace};

// With U for [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] and L for [\p{Ll}\p{Lm}\p{Lo}\p{M}]:
// [^\r\n\p{L}\p{N}]?U*L+|[^\r\n\p{L}\p{N}]?U+L*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|
// \s*[\r\n]+|\s+(?!\S)|\s+
constexpr SplitRun kTekken[] = {{.kind = RunKind::kCasedWord, .prefix = kNotInWord},
                                kDigit,
                                kMarksAndSlashes,
                                kLineBreaks,
                                kTrailingSpace,
                                kAnySpace};
// The same with \p{N}{1,3}, and each word followed by (?i:'s|'t|'re|'ve|'m|'ll|'d)?
constexpr SplitRun kGpt4o[] = {
    {.kind = RunKind::kCasedWord, .prefix = kNotInWord, .contraction = true},
    kThreeDigits,
    kMarksAndSlashes,
    kLineBreaks,
    kTrailingSpace,
    kAnySpace};

// [\p{Han}]+, then as kGpt4o, without \p{Han} in U and L, and without slashes behind marks.
constexpr SplitRun kKimiK2[] = {{.body = in_ranges(kHanScript)},
                                {.kind = RunKind::kCasedWord,
                                 .prefix = kNotInWord,
                                 .contraction = true,
                                 .without = in_ranges(kHanScript)},
                                kThreeDigits,
                                kMarks,
                                kLineBreaks,
                                kTrailingSpace,
                                kAnySpace};

constexpr SplitRun kEachDigit[] = {kDigit};
constexpr SplitRun kDigitsByThree[] = {kThreeDigits};
constexpr SplitRun kWholeNumbers[] = {kAllDigits};
constexpr SplitRun kEachNewline[] = {{.body = kNewlinesOnly, .most = 1}};
constexpr SplitRun kFinalSpace[] = {{.kind = RunKind::kFinalSpace}};
// [0-9][0-9][0-9]
constexpr SplitRun kAsciiThree[] = {{.body = in_ranges(kAsciiDigits), .least = 3, .most = 3}};
// [\p{P}$+<=>^~|]+
constexpr SplitRun kPunctuation[] = {{.body = {trait::kPunctuation, false, kSymbols}}};
constexpr SplitRun kPunctuationOfFalcon[] = {
    {.body = {trait::kPunctuation, false, kSymbolsOfFalcon}}};
// \s?[A-Za-z...]+ and \s?[!-/:-~...]+
constexpr SplitRun kCased[] = {{.prefix = any_of(trait::kSpace), .body = in_ranges(kCasedLetters)}};
constexpr SplitRun kMarksWithSpace[] = {
    {.prefix = any_of(trait::kSpace), .body = in_ranges(kMarksOfDeepSeek)}};
constexpr SplitRun kUncased[] = {{.body = in_ranges(kUncasedOfDeepSeek)}};
// \s?\p{L}+ and \s?\p{P}+
constexpr SplitRun kLettersWithSpace[] = {{.prefix = any_of(trait::kSpace), .body = kLetters}};
constexpr SplitRun kPunctuationWithSpace[] = {
    {.prefix = any_of(trait::kSpace), .body = any_of(trait::kPunctuation)}};
constexpr SplitRun kHan[] = {{.body = in_ranges(kHanAndKana)}};
// [!-/:-@[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|
// \s*[\r\n]+|\s+(?!\S)|\s+
constexpr SplitRun kDeepSeek3[] = {
    {.prefix = in_ranges(kAsciiMarks), .body = in_ranges(kAsciiLetters), .prefix_required = true},
    {.prefix = none_of(trait::kNewline | trait::kLetter | trait::kPunctuation | trait::kSymbol),
     .body = kLettersAndMarks},
    {.prefix = kBlankOnly, .body = kMarksAndSymbols, .tail = kNewlinesOnly},
    kLineBreaks,
    kTrailingSpace,
    kAnySpace};
//  ?[^(\s|.,!?...)]+
constexpr SplitRun kBloom[] = {
    {.prefix = kBlankOnly, .body = {trait::kSpace, true, kSentenceMarks}}};
// [^\n]+|[\n]+
constexpr SplitRun kLines[] = {{.body = none_of(trait::kLineFeed)},
                               {.body = any_of(trait::kLineFeed)}};

constexpr SplitPattern kGpt2Patterns[] = {kGpt2};
constexpr SplitPattern kLlama3Patterns[] = {kLlama3};
constexpr SplitPattern kQwen2Patterns[] = {kQwen2};
constexpr SplitPattern kQwen35Patterns[] = {kQwen35};
constexpr SplitPattern kSeedCoderPatterns[] = {kSeedCoder};
constexpr SplitPattern kMiniCpm5Patterns[] = {kDigitsByThree, kMiniCpm5};
constexpr SplitPattern kTekkenPatterns[] = {kTekken};
constexpr SplitPattern kGpt4oPatterns[] = {kGpt4o};
constexpr SplitPattern kKimiK2Patterns[] = {kKimiK2};
constexpr SplitPattern kStarCoderPatterns[] = {kEachDigit, kGpt2};
constexpr SplitPattern kFalconPatterns[] = {kPunctuationOfFalcon, kGpt2, kAsciiThree};
constexpr SplitPattern kDefaultPatterns[] = {kPunctuation, kGpt2, kWholeNumbers, kAsciiThree};
constexpr SplitPattern kDeepSeekPatterns[] = {kEachNewline, kCased,   kMarksWithSpace,
                                              kFinalSpace,  kUncased, kWholeNumbers};
constexpr SplitPattern kDeepSeekCoderPatterns[] = {kEachNewline, kLettersWithSpace,
                                                   kPunctuationWithSpace, kUncased, kEachDigit};
constexpr SplitPattern kDeepSeek3Patterns[] = {kDigitsByThree, kHan, kDeepSeek3};
constexpr SplitPattern kBloomPatterns[] = {kBloom};
constexpr SplitPattern kVikingPatterns[] = {kBloom, kEachDigit};
constexpr SplitPattern kLagunaPatterns[] = {kLines, kQwen2};
constexpr SplitPattern kGemma4Patterns[] = {kLines};

constexpr string_view kGpt2Names[] = {"gpt-2",    "phi-2",       "mpt",      "olmo",
                                      "jais",     "jina-es",     "jina-de",  "a.x-4.0",
                                      "gigachat", "jina-v2-es",  "exaone4",  "jina-v2-de",
                                      "mellum",   "modern-bert", "trillion", "granite-docling"};
constexpr string_view kLlama3Names[] = {"llama-bpe", "llama3",  "llama-v3", "falcon3",
                                        "falcon-h1", "pixtral", "midm-2.0", "lfm2"};
constexpr string_view kDbrxNames[] = {"dbrx", "smaug-bpe", "glm4", "chatglm-bpe"};
constexpr string_view kQwen2Names[] = {"qwen2",  "deepseek-r1-qwen", "kormo",       "f2llmv2",
                                       "megrez", "stablelm2",        "hunyuan",     "solar-open",
                                       "grok-2", "bailingmoe",       "bailingmoe2", "llada-moe"};
constexpr string_view kQwen35Names[] = {"qwen35"};
constexpr string_view kSeedCoderNames[] = {"seed-coder"};
constexpr string_view kMiniCpm5Names[] = {"minicpm5"};
constexpr string_view kTekkenNames[] = {"tekken"};
constexpr string_view kGpt4oNames[] = {"gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"};
constexpr string_view kKimiK2Names[] = {"kimi-k2"};
constexpr string_view kStarCoderNames[] = {"starcoder", "refact", "command-r",  "smollm",
                                           "codeshell", "exaone", "minerva-7b", "mellum2"};
constexpr string_view kFalconNames[] = {"falcon"};
constexpr string_view kDefaultNames[] = {"default", ""};
constexpr string_view kDeepSeekNames[] = {"deepseek-llm"};
constexpr string_view kDeepSeekCoderNames[] = {"deepseek-coder"};
constexpr string_view kDeepSeek3Names[] = {"deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"};
constexpr string_view kBloomNames[] = {"bloom", "poro-chat", "gpt3-finnish"};
constexpr string_view kVikingNames[] = {"viking"};
constexpr string_view kLagunaNames[] = {"laguna"};
constexpr string_view kGemma4Names[] = {"gemma4"};

constexpr PreTokenizer kPreTokenizers[] = {
    {.names = kGpt2Names, .patterns = kGpt2Patterns},
    {.names = kLlama3Names, .patterns = kLlama3Patterns, .ignore_merges = true, .add_bos = true},
    {.names = kDbrxNames, .patterns = kLlama3Patterns},
    {.names = kQwen2Names, .patterns = kQwen2Patterns},
    {.names = kQwen35Names, .patterns = kQwen35Patterns},
    {.names = kSeedCoderNames, .patterns = kSeedCoderPatterns},
    {.names = kMiniCpm5Names, .patterns = kMiniCpm5Patterns, .ignore_merges = true},
    {.names = kTekkenNames, .patterns = kTekkenPatterns, .ignore_merges = true, .add_bos = true},
    {.names = kGpt4oNames, .patterns = kGpt4oPatterns},
    {.names = kKimiK2Names, .patterns = kKimiK2Patterns},
    {.names = kStarCoderNames, .patterns = kStarCoderPatterns},
    {.names = kFalconNames, .patterns = kFalconPatterns},
    {.names = kDefaultNames, .patterns = kDefaultPatterns},
    {.names = kDeepSeekNames, .patterns = kDeepSeekPatterns},
    {.names = kDeepSeekCoderNames, .patterns = kDeepSeekCoderPatterns},
    {.names = kDeepSeek3Names, .patterns = kDeepSeek3Patterns},
    {.names = kBloomNames, .patterns = kBloomPatterns},
    {.names = kVikingNames, .patterns = kVikingPatterns},
    {.names = kLagunaNames, .patterns = kLagunaPatterns},
    {.names = kGemma4Names,
     .patterns = kGemma4Patterns,
     .spelling = ByteSpelling::kHex,
     .whole_newlines = true},
};

}  // namespace

const PreTokenizer* find_pre_tokenizer(std::string_view name) {
  for (const PreTokenizer& row : kPreTokenizers) {
    if (std::find(row.names.begin(), row.names.end(), name) != row.names.end()) return &row;
  }
  return nullptr;
}

}  // namespace weir
