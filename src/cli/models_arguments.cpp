#include "cli/models_arguments.h"

namespace palier::cli {
namespace {

void define_list(VerbOptions& options, ModelsArguments& out) {
    options.flag("--french",
                 out.french,
                 {"Only those trained or evaluated in French",
                  "Seulement ceux entraînés ou évalués en français"});
    options.flag("--tools",
                 out.tools,
                 {"Only those that call tools", "Seulement ceux qui appellent des outils"});
    options.one_of("--licence",
                   out.licence,
                   {"Only this class: permissive, restricted, non-commercial; or commercial, for "
                    "all that allow commercial use",
                    "Seulement cette classe : permissive, restricted, non-commercial ; ou "
                    "commercial, pour tout usage commercial permis"},
                   "CLASS",
                   {"permissive", "restricted", "non-commercial", "commercial"});
    options.text("--max-memory",
                 out.max_memory,
                 {"Only those with a file that fits with its KV cache, such as \"4 GB\"",
                  "Seulement ceux dont un fichier tient avec son cache KV (\"4 GB\")"},
                 "SIZE");
}

void define_show(VerbOptions& options, ModelsArguments& out) {
    options.positional("MODEL",
                       out.model,
                       {"A name, the path of a GGUF file, or its http(s) address",
                        "Un nom, le chemin d'un fichier GGUF, ou son adresse http(s)"},
                       true);
    define_machine(options, out.machine);
}

void define_pull(VerbOptions& options, ModelsArguments& out) {
    options.positional("MODEL",
                       out.model,
                       {"NAME or NAME:QUANTISATION (default: Q4_K_M or the nearest). Mirror: "
                        "HF_ENDPOINT; proxies: https_proxy",
                        "NOM ou NOM:QUANTIFICATION (par défaut : Q4_K_M ou la plus proche). "
                        "Miroir : HF_ENDPOINT ; proxys : https_proxy"},
                       true);
}

void define_import(VerbOptions& options, ModelsArguments& out) {
    options.positional("FILE", out.model, {"A GGUF file", "Un fichier GGUF"}, true);
    options.text("--name",
                 out.name,
                 {"Its name in jobs (default: from the file's name)",
                  "Son nom dans les tâches (par défaut : d'après le fichier)"},
                 "NAME");
    options.flag("--link",
                 out.link,
                 {"Links to the file instead of copying it",
                  "Fait un lien vers le fichier au lieu de le copier"});
}

void define_remove(VerbOptions& options, ModelsArguments& out) {
    options.positional("MODEL",
                       out.model,
                       {"NAME or NAME:QUANTISATION of the models folder",
                        "NOM ou NOM:QUANTIFICATION du dossier des modèles"},
                       true);
}

void define_quantise(VerbOptions& options, ModelsArguments& out) {
    options.positional("MODEL",
                       out.model,
                       {"A name, or the path of a GGUF file (best one in F16, BF16 or Q8_0)",
                        "Un nom, ou le chemin d'un fichier GGUF (de préférence en F16, BF16 ou "
                        "Q8_0)"},
                       true);
    options.positional(
        "TYPE", out.type, {"Such as Q4_K_M or Q8_0", "Par exemple Q4_K_M ou Q8_0"}, true);
    options.text("-o,--output",
                 out.output,
                 {"The file to write (default: beside the original)",
                  "Le fichier à écrire (par défaut : à côté de l'original)"},
                 "FILE");
    options.flag("--dry-run",
                 out.dry_run,
                 {"Says how large it would be; writes nothing",
                  "Dit quelle taille il aurait, sans rien écrire"});
}

}  // namespace

const std::vector<ModelsVerb>& models_verbs() {
    using Act = ModelsArguments::Act;
    static const std::vector<ModelsVerb> k_verbs{
        {Act::List,
         "list",
         {"Lists the models of the catalogue", "Liste les modèles du catalogue"},
         "palier models list --french --max-memory \"4 GB\"",
         define_list},
        {Act::Show,
         "show",
         {"Shows a model, a file or the file at an address",
          "Montre un modèle, un fichier, ou celui d'une adresse"},
         "palier models show smollm2-135m",
         define_show},
        {Act::Pull,
         "pull",
         {"Downloads a model, with resume and checksum",
          "Télécharge un modèle, avec reprise et somme de contrôle"},
         "palier models pull qwen2.5-coder-0.5b:q4_k_m",
         define_pull},
        {Act::Import,
         "import",
         {"Takes a GGUF file from this disk", "Prend un fichier GGUF du disque"},
         "palier models import my-model.gguf --name my-model",
         define_import},
        {Act::Remove,
         "rm",
         {"Removes a model from the models folder", "Supprime un modèle du dossier des modèles"},
         "palier models rm smollm2-135m",
         define_remove},
        {Act::Quantise,
         "quantize",
         {"Makes a smaller file of a model", "Fait un fichier plus petit d'un modèle"},
         "palier models quantize smollm2-135m Q4_K_M",
         define_quantise},
    };
    return k_verbs;
}

}  // namespace palier::cli
