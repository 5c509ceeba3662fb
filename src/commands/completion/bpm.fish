# fish completion for bpm. To load it: bpm completion fish | source
# What can follow, bpm itself says; it is handed the words up to the cursor.
function __bpm_complete
    set --local words (commandline --current-process --tokenize --cut-at-cursor)
    set --local current (commandline --current-token --cut-at-cursor)
    for line in (command $words[1] __complete -- $words[2..] "$current" 2>/dev/null)
        if string match --quiet ':files*' -- $line
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete --command bpm --no-files --arguments '(__bpm_complete)'
